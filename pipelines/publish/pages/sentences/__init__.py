"""The first screen of a municipality: sentences made from the figures of a release, and the words they are made of.

Which subjects there are, and which sentence holds when, is data: ``kernzinnen.yml``; which words may be used, what the
difficult ones mean and how a reason is told is ``woorden.yml``. Here is decided which conditions hold: what is more or
less than elsewhere beyond chance and rounding (``differences``), what each subject knows of a municipality
(``situations``), from rows read at once for all (``evidence``). What does not belong here: how a page looks, and
working out a figure.
"""

from pipelines.publish.pages.sentences.summary import KeySentence, key_sentences
from pipelines.publish.pages.sentences.vocabulary import explanations, reason_text

__all__ = ["KeySentence", "explanations", "key_sentences", "reason_text"]
