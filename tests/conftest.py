import duckdb, pytest
@pytest.fixture(scope="session")
def release():
    with duckdb.connect('/tmp/wh/build/x/monitor.duckdb', read_only=True) as c:
        yield c
