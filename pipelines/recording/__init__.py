"""The recording server: a folder of recorded StatLine tables, served as CBS serves them (OData v3, and v4 beside it).

Belongs here: reading and writing a recording, the query options, the wire form, and running the server on loopback. The
stand-in follows what is proven of CBS. Guesses are the texts of its errors and the status with which
ODataApi refuses large answers (an argument of ``app.create_app``): a client may depend on neither.
Does not belong here: the client that reads it (``pipelines.statline``), the choice of tables
(``pipelines.sources``) and any change to a figure. Nothing outside this package may depend on talking to the
stand-in instead of to CBS.
"""

from pipelines.recording.process import RecordingServerError, recorded_base, run_server, serve_recording

__all__ = ["RecordingServerError", "recorded_base", "run_server", "serve_recording"]
