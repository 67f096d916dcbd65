"""The key sentences of all municipalities of a real release: as promised, and true by another route.

The other route starts at the figures themselves (`mart_indicator_actueel`, `mart_taakveld`) and at the lists of peers;
what the benchmark says of chance, sides and places is not used.
"""

import math
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from pipelines.publish.pages.sentences import KeySentence, explanations, key_sentences, reason_text
from pipelines.publish.pages.sentences.vocabulary import the_words
from pipelines.releases.reader import open_database
from tests.support.live_release import LiveRelease
from tests.support.place import Place

SUBJECTS = ["jeugd", "wmo", "bijstand", "lasten", "verandering", "begroting", "ontbreekt"]
USE = ("jeugd", "wmo", "bijstand")
FORBIDDEN = {"goed", "slecht", "beter", "norm", "tekort", "overschot", "significant", "mediaan", "null"}
# To how many CBS rounds the people of each subject, and how much is a rate of one in one.
ROUNDED = {"jeugd": 5, "wmo": 5, "bijstand": 10}
SHARE = "jeugdzorg_pct"
NUMBER = r"-?\d[\d\N{NO-BREAK SPACE}]*(?:,\d+)?"
OWN = {
    "jeugd": rf"(?:kreeg|kregen) ({NUMBER})(?:\N{{NO-BREAK SPACE}}%)? jeugdzorg",
    "wmo": rf"kregen er ({NUMBER}) Wmo-maatwerk",
    "bijstand": rf"hadden er ({NUMBER}) bijstand",
    "lasten": rf"kostte (?:bruto|netto) ({NUMBER}) euro per inwoner",
}
COUNTRY, PEERS = "landelijk", "vergelijkbare gemeenten"
BESIDE = re.compile(
    r"(meer|minder|niet duidelijk anders|ongeveer evenveel) (?:dan|als) "
    r"(landelijk|vergelijkbare gemeenten) \([^)]+\)( en vergelijkbare gemeenten)?"
)

# Every figure of every page takes a while; `make test` reads those of a few pages (test_site_of_a_release).
pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Count:
    """People (or euros, with ``per`` 1) behind a rate: ``part`` of ``whole``."""

    part: float
    whole: float

    @property
    def rate(self) -> float:
        return self.part / self.whole


@pytest.fixture(scope="module")
def sentences(warehouse: Path) -> dict[str, list[KeySentence]]:
    with open_database(warehouse / "monitor.duckdb") as release:
        return key_sentences(release)


@pytest.fixture(scope="module")
def all_of(sentences: dict[str, list[KeySentence]]) -> list[tuple[str, KeySentence]]:
    return [(code, one) for code, said in sentences.items() for one in said]


def about(all_of: list[tuple[str, KeySentence]], *subjects: str) -> Iterator[tuple[str, KeySentence]]:
    return ((code, one) for code, one in all_of if one.subject in subjects)


def read(number: str) -> float:
    return float(number.replace("\N{NO-BREAK SPACE}", "").replace(",", "."))


def written(text: str, pattern: str) -> float | None:
    found = re.search(pattern, text)
    return None if found is None else read(found[1])


def sides(text: str) -> dict[str, str]:
    """What is said of a figure beside the country and beside peers."""
    found = {}
    for side, other, also in BESIDE.findall(text):
        found[other] = side
        if also:
            found[PEERS] = side
    return found


@pytest.fixture(scope="module")
def counts(release: duckdb.DuckDBPyConnection) -> dict[tuple[str, int], dict[str, Count]]:
    """What lies behind the rates that may be compared, by indicator and year: undoubted, straight from the figures."""
    rows = release.execute(
        """
        select cijfer.indicator_id, cijfer.jaar, cijfer.regio_code, cijfer.waarde, cijfer.teller, cijfer.noemer,
            jongeren.waarde as jongeren
        from mart_indicator_actueel as cijfer
        left join mart_indicator_actueel as jongeren
            on jongeren.indicator_id = 'jeugdzorg_jongeren' and jongeren.jaar = cijfer.jaar
            and jongeren.regio_code = cijfer.regio_code
        where cijfer.regio_soort = 'gemeente' and not cijfer.twijfel and cijfer.waarde is not null
        """
    ).fetchall()
    found: dict[tuple[str, int], dict[str, Count]] = {}
    for indicator, year, code, value, part, whole, young in rows:
        if indicator == SHARE and young is not None:
            # CBS publishes the percentage and the number of young people, not of how many that is.
            part, whole = young, young * 100 / value
        if part is not None and whole:
            found.setdefault((indicator, year), {})[code] = Count(part, whole)
    return found


@pytest.fixture(scope="module")
def peers(release: duckdb.DuckDBPyConnection) -> dict[tuple[str, int, str], list[str]]:
    """The codes of its ten peers, by variant, year and municipality."""
    found: dict[tuple[str, int, str], list[str]] = {}
    for variant, year, code, peer in release.execute(
        "select variant, jaar, gm_code, vergelijkbare_gm_code from mart_vergelijkbare_gemeenten"
    ).fetchall():
        found.setdefault((variant, year, code), []).append(peer)
    return found


def variant_of(subject: str) -> str:
    """Peers are never chosen by what is an outcome (docs/nl/methoden/benchmark.md)."""
    return "alle_kenmerken" if subject in ("jeugd", "wmo") else "zonder_bijstand_per_1000_inwoners"


def together(counts: Mapping[str, Count], codes: list[str]) -> Count:
    known = [counts[code] for code in codes if code in counts]
    return Count(sum(one.part for one in known), sum(one.whole for one in known))


def decimals_of(release: duckdb.DuckDBPyConnection, indicator: str) -> int:
    (decimals,) = release.execute("select decimalen from dim_indicator where indicator_id = ?", [indicator]).fetchall()[
        0
    ]
    return int(decimals)


def equal_as_written(shown: float | None, value: float, decimals: int) -> bool:
    return shown is not None and abs(shown - value) <= 0.5 * 10**-decimals + 1e-9


def test_everyone_has_the_same_subjects_in_the_same_order(
    sentences: dict[str, list[KeySentence]], release: duckdb.DuckDBPyConnection
) -> None:
    codes = [code for (code,) in release.sql("select gm_code from dim_gemeente where geldig_tot is null").fetchall()]
    assert len(codes) == 342
    assert {code: [one.subject for one in sentences[code]] for code in codes} == dict.fromkeys(codes, SUBJECTS)
    assert sentences.keys() == set(codes)


def test_no_sentence_has_more_than_20_words(all_of: list[tuple[str, KeySentence]]) -> None:
    assert [one.text for _, one in all_of if len(one.text.split(" ")) > 20] == []
    assert [one.place for _, one in all_of if one.place and len(one.place.split(" ")) > 8] == []


def test_every_word_is_in_the_list_and_none_is_forbidden(all_of: list[tuple[str, KeySentence]]) -> None:
    for _, one in all_of:
        text = f"{one.text} {one.place or ''}"
        assert the_words().unknown(text) == []
        assert set(re.findall(r"[a-z]+", text.lower())) & FORBIDDEN == set(), text


def test_every_sentence_is_whole_and_names_a_year(all_of: list[tuple[str, KeySentence]]) -> None:
    for _, one in all_of:
        assert re.fullmatch(r"[A-Z][^{}]*\.", one.text), one.text
        assert re.search(r"\b20\d\d\b", one.text), one.text
        assert "  " not in one.text
        assert (one.place is None) == (one.subject in ("verandering", "begroting", "ontbreekt"))


def test_every_reason_of_the_release_has_words(release: duckdb.DuckDBPyConnection) -> None:
    columns = release.sql(
        """
        select table_name, column_name from duckdb_columns()
        where data_type = 'VARCHAR' and column_name like '%reden%' and table_name <> 'kwaliteit'
        """
    ).fetchall()
    reasons = {
        reason
        for table, column in columns
        for (reason,) in release.sql(f"select distinct {column} from {table} where {column} is not null").fetchall()
    }
    assert len(columns) > 100
    assert {reason: len(reason_text(reason).split(" ")) <= 6 for reason in reasons} == dict.fromkeys(reasons, True)


def test_figures_of_use_and_spending_are_those_of_the_tables(
    all_of: list[tuple[str, KeySentence]],
    release: duckdb.DuckDBPyConnection,
    counts: dict[tuple[str, int], dict[str, Count]],
    peers: dict[tuple[str, int, str], list[str]],
) -> None:
    """Own, of the country and of the peers: each as written with the decimals of its indicator."""
    compared = 0
    for code, one in about(all_of, *OWN):
        shown = written(one.text, OWN[one.subject])
        if shown is None:
            continue
        assert one.indicator_id is not None
        assert one.year is not None
        value, factor = value_of(release, one, code)
        decimals = decimals_of(release, one.indicator_id)
        assert equal_as_written(shown, value, decimals), one.text
        known = counts[one.indicator_id, one.year]
        country = written(one.text, rf"landelijk \(?({NUMBER})")
        if country is not None:
            assert equal_as_written(country, factor * together(known, list(known)).rate, decimals), one.text
            among = together(known, peers[variant_of(one.subject), one.year, code])
            beside = written(one.text, rf"vergelijkbare gemeenten \(?({NUMBER})")
            assert equal_as_written(beside, factor * among.rate, decimals), one.text
            compared += 1
    assert compared > 1300


def value_of(release: duckdb.DuckDBPyConnection, one: KeySentence, code: str) -> tuple[float, float]:
    """The published figure of a sentence, and what a rate of one in one is in its unit."""
    ((value,),) = release.execute(
        "select waarde from mart_indicator_actueel where indicator_id = ? and jaar = ? and regio_code = ?",
        [one.indicator_id, one.year, code],
    ).fetchall()
    return value, 100 if one.indicator_id == SHARE else 1000


def z_of(own: Count, other: Count) -> float:
    """How many standard errors two shares are apart, as of two groups without a difference."""
    pooled = (own.part + other.part) / (own.whole + other.whole)
    return (own.rate - other.rate) / math.sqrt(pooled * (1 - pooled) * (1 / own.whole + 1 / other.whole))


def rounding_of(one: KeySentence, own: Count) -> float:
    """The most that rounding can move a share and the one beside it, in the unit of a share."""
    return 0.001 if one.indicator_id == SHARE else 1.5 * ROUNDED[one.subject] / own.whole


def test_use_is_called_more_or_less_only_beyond_chance(
    all_of: list[tuple[str, KeySentence]],
    counts: dict[tuple[str, int], dict[str, Count]],
    peers: dict[tuple[str, int, str], list[str]],
) -> None:
    """By another test: that of two shares, of the municipality and of the rest of the country, or of its peers."""
    told: dict[str, int] = {}
    for code, one in about(all_of, *USE):
        for other, side in sides(one.text).items():
            assert one.indicator_id is not None
            assert one.year is not None
            known = counts[one.indicator_id, one.year]
            own = known[code]
            rest = [peer for peer in known if peer != code]
            against = together(known, rest if other == COUNTRY else peers[variant_of(one.subject), one.year, code])
            z, apart = z_of(own, against), abs(own.rate - against.rate)
            if side in ("meer", "minder"):
                # A little less than 1.96, since the denominator of a rounded percentage is not exact.
                assert z > 1.9 if side == "meer" else z < -1.9, one.text
            else:
                # Not far beyond chance either, once rounding is taken off; the limit is on the wide side.
                assert apart - rounding_of(one, own) < 3 * apart / abs(z), one.text
            told[side] = told.get(side, 0) + 1
    assert min(told["meer"], told["minder"], told["niet duidelijk anders"]) > 200


def test_spending_is_called_more_or_less_only_if_it_is_so_with_and_without_shelter(
    all_of: list[tuple[str, KeySentence]],
    release: duckdb.DuckDBPyConnection,
    counts: dict[tuple[str, int], dict[str, Count]],
    peers: dict[tuple[str, int, str], list[str]],
) -> None:
    """Shelter is read from the account itself (taakveld 6.81), in the division of its year."""
    told: dict[str, int] = {}
    for code, one in about(all_of, "lasten"):
        for other, side in sides(one.text).items():
            assert one.indicator_id is not None
            assert one.year is not None
            known = counts[one.indicator_id, one.year]
            shelter = shelter_of(release, one.year)
            without = {
                gm_code: Count(count.part - shelter[gm_code], count.whole)
                for gm_code, count in known.items()
                if gm_code in shelter
            }
            for amounts in (known, without):
                others = list(amounts) if other == COUNTRY else peers[variant_of("lasten"), one.year, code]
                ratio = amounts[code].rate / together(amounts, others).rate
                # Without shelter the tables leave out one municipality whose Wmo is doubted: hardly a difference.
                low, high = (1.029, 1 / 1.029) if amounts is without else (1.03, 1 / 1.03)
                right = {"meer": ratio > low, "minder": ratio < high, "ongeveer evenveel": 0.97 < ratio < 1.031}
                assert right[side], (one.text, ratio)
            told[side] = told.get(side, 0) + 1
    assert min(told["meer"], told["minder"], told["ongeveer evenveel"]) > 20
    # As docs/nl/methoden/kernzinnen.md says.
    assert sum("door opvang lastig te vergelijken" in one.text for _, one in about(all_of, "lasten")) == 47


_SHELTER: dict[int, dict[str, float]] = {}


def shelter_of(release: duckdb.DuckDBPyConnection, year: int) -> dict[str, float]:
    if year not in _SHELTER:
        _SHELTER[year] = dict(
            release.execute(
                """
                select gm_code, lasten from mart_taakveld
                where taakveld = '6.81' and verslagsoort = 'jaarrekening' and jaar = ? and lasten is not null
                """,
                [year],
            ).fetchall()
        )
    return _SHELTER[year]


def test_a_place_is_that_among_the_figures_and_never_of_small_numbers_doubt_or_few_municipalities(
    all_of: list[tuple[str, KeySentence]],
    release: duckdb.DuckDBPyConnection,
    counts: dict[tuple[str, int], dict[str, Count]],
) -> None:
    payers = {
        code
        for (code,) in release.sql(
            "select distinct regio_code from mart_lasten_en_gebruik where centrumgemeente_opvang"
        ).fetchall()
    }
    places, reasons = 0, 0
    for code, one in about(all_of, *OWN):
        found = re.fullmatch(rf"plaats ({NUMBER}) van ({NUMBER}), van hoog naar laag", one.place or "")
        if found is None:
            assert (one.place or "").startswith("geen plaats: "), one.place
            reasons += 1
            continue
        assert one.indicator_id is not None
        assert one.year is not None
        known = counts[one.indicator_id, one.year]
        figures = [value for (value,) in figures_of(release, one)]
        own, _ = value_of(release, one, code)
        assert read(found[1]) == sum(value > own for value in figures) + 1
        assert read(found[2]) == len(figures)
        assert len(figures) >= 0.9 * 342
        if one.subject == "lasten":
            assert code not in payers
        else:
            assert known[code].part >= 5 * ROUNDED[one.subject]
        places += 1
    assert places > 1000
    assert reasons > 50


def figures_of(release: duckdb.DuckDBPyConnection, one: KeySentence) -> list[tuple[float]]:
    return release.execute(
        """
        select waarde from mart_indicator_actueel
        where indicator_id = ? and jaar = ? and regio_soort = 'gemeente' and not twijfel and waarde is not null
        """,
        [one.indicator_id, one.year],
    ).fetchall()


def test_no_figure_stands_where_the_tables_have_none(
    all_of: list[tuple[str, KeySentence]], release: duckdb.DuckDBPyConnection
) -> None:
    missing = 0
    for code, one in about(all_of, *OWN):
        value, _ = value_of(release, one, code)
        assert (value is None) == one.text.startswith("Geen cijfer over "), one.text
        if value is None:
            ((reason,),) = release.execute(
                """
                select reden_ontbreekt from mart_indicator_actueel
                where indicator_id = ? and jaar = ? and regio_code = ?
                """,
                [one.indicator_id, one.year, code],
            ).fetchall()
            assert f": {reason_text(reason)}" in one.text
            missing += 1
    assert missing > 10


def test_no_change_is_told_over_a_break_and_each_is_that_of_the_figures(
    all_of: list[tuple[str, KeySentence]], release: duckdb.DuckDBPyConnection
) -> None:
    """Of spending, which alone can be compared in the recording; of use the year of its break is told."""
    breaks = {
        (indicator, year)
        for indicator, year in release.sql("select indicator_id, jaar from dim_reeksbreuk where blokkerend").fetchall()
    }
    told = 0
    for code, one in about(all_of, "verandering"):
        if "anders geteld" in one.text:
            since = re.search(r"vanaf (\d{4}) anders geteld", one.text)
            assert since is not None
            for indicator in (SHARE, "wmo_clienten_per_1000_inwoners", "bijstand_per_1000_inwoners"):
                assert (indicator, int(since[1])) in breaks
        pair = re.match(r"Van (\d{4}) naar (\d{4}) (stegen|daalden|bleven)", one.text)
        if pair is None:
            assert re.search(r"meer|minder|gelijk", one.text) is None
            continue
        first, last = int(pair[1]), int(pair[2])
        assert not any(one.indicator_id == name and first < year <= last for name, year in breaks)
        before, after = (
            release.execute(
                "select waarde from mart_indicator_actueel where indicator_id = ? and jaar = ? and regio_code = ?",
                [one.indicator_id, year, code],
            ).fetchall()[0][0]
            for year in (first, last)
        )
        share = 100 * (after - before) / before
        if pair[3] == "bleven":
            assert max(after, before) <= 1.03 * min(after, before)
        else:
            assert equal_as_written(written(one.text, rf"inwoner met ({NUMBER})"), abs(share), 1), one.text
            assert (share > 0) == (pair[3] == "stegen")
            assert max(after, before) > 1.03 * min(after, before)
        told += 1
    assert told > 300


def test_the_account_beside_the_first_budget_is_worked_out_again(
    all_of: list[tuple[str, KeySentence]], release: duckdb.DuckDBPyConnection
) -> None:
    for code, one in about(all_of, "begroting"):
        ((spent, planned, net_spent, net_planned, doubted),) = release.execute(
            """
            select lasten, begroot, netto_lasten, netto_begroot, twijfel_lasten from mart_lasten_en_gebruik
            where domein = 'sociaal_domein' and regio_code = ? and jaar = ?
            """,
            [code, one.year],
        ).fetchall()
        shown = written(one.text, rf"(?:bruto|netto) ({NUMBER})\N{{NO-BREAK SPACE}}%")
        if shown is None:
            assert doubted or spent is None or planned is None, one.text
            continue
        spent, planned = (net_spent, net_planned) if " netto " in one.text.split(";")[0] else (spent, planned)
        share = 100 * (spent - planned) / planned
        assert equal_as_written(shown, abs(share), 1), one.text
        assert ("hoger" in one.text, "lager" in one.text) == (share > 3, share < -3)
        assert not doubted


def test_what_is_missing_is_counted_again(
    all_of: list[tuple[str, KeySentence]], release: duckdb.DuckDBPyConnection
) -> None:
    newest = dict(
        release.sql(
            """
            select indicator_id, max(jaar) from mart_indicator_actueel
            where regio_soort = 'gemeente' and waarde is not null group by indicator_id
            """
        ).fetchall()
    )
    lacking: dict[str, list[str]] = {}
    for indicator, year in newest.items():
        for code, reason in release.execute(
            """
            select regio_code, reden_ontbreekt from mart_indicator_actueel
            where indicator_id = ? and jaar = ? and regio_soort = 'gemeente' and waarde is null
            """,
            [indicator, year],
        ).fetchall():
            lacking.setdefault(code, []).append(reason)
    for code, one in about(all_of, "ontbreekt"):
        reasons = lacking.get(code, [])
        start = f"Van de {len(newest)} nieuwste cijfers ({min(newest.values())}-{max(newest.values())})"
        ending = {0: "ontbreekt er geen.", 1: "ontbreekt er een"}.get(len(reasons), f"ontbreken er {len(reasons)}")
        assert one.text.startswith(f"{start} {ending}"), one.text
        if reasons:
            most = max(reasons.count(reason) for reason in reasons)
            first = {reason for reason in reasons if reasons.count(reason) == most}
            named = "reden" if len(set(reasons)) == 1 else "vaakste reden" if len(first) == 1 else "een reden"
            assert any(re.search(f"[;,] {named}: {reason_text(reason)}[.]$", one.text) for reason in first), one.text


def test_real_municipalities_read_as_they_should(sentences: dict[str, list[KeySentence]]) -> None:
    """The first screens of Groningen and of Vlieland, whole."""
    for code, expected in (("GM0014", GRONINGEN), ("GM0096", VLIELAND)):
        said = [one.text.replace("\N{NO-BREAK SPACE}", " ") for one in sentences[code]]
        assert "\n".join(said) == expected.strip()


# What changed here changed for everyone: read it as a councillor would.
GRONINGEN = """
Van de jongeren tot 23 kreeg 8,6 % jeugdzorg (2021), minder dan landelijk (10,5 %) en vergelijkbare gemeenten (10,0 %).
Per 1 000 inwoners kregen er 71,2 Wmo-maatwerk (2021), niet duidelijk anders dan landelijk (70,7), minder dan vergelijkbare gemeenten (80,2).
Per 1 000 inwoners hadden er 43,3 bijstand (2021), meer dan landelijk (23,4) en vergelijkbare gemeenten (37,4).
Het sociaal domein kostte bruto 2 851 euro per inwoner (2024), meer dan landelijk (1 965) en vergelijkbare gemeenten (2 633).
Van 2023 naar 2024 stegen de lasten per inwoner met 3,2 %; jeugdzorg, Wmo en bijstand zijn vanaf 2021 anders geteld.
De rekening sociaal domein 2024 was bruto 10,9 % hoger dan de eerste begroting, zonder latere wijzigingen; netto is onbekend.
Van de 110 nieuwste cijfers (2020-2026) ontbreekt er geen.
"""  # noqa: E501 - a sentence a line, as it is read
VLIELAND = """
Van de jongeren tot 23 kreeg 4,6 % jeugdzorg (2021); de aantallen zijn te klein voor een vergelijking.
Per 1 000 inwoners kregen er 54,4 Wmo-maatwerk (2021), niet duidelijk anders dan landelijk (70,7) en vergelijkbare gemeenten (70,6).
Per 1 000 inwoners hadden er 8,4 bijstand (2021); de aantallen zijn te klein voor een vergelijking.
Het sociaal domein kostte bruto 915 euro per inwoner (2024), minder dan landelijk (1 965) en vergelijkbare gemeenten (1 608).
Van 2023 naar 2024 stegen de lasten per inwoner met 9,5 %; jeugdzorg, Wmo en bijstand zijn vanaf 2021 anders geteld.
De rekening sociaal domein 2024 was bruto 6,7 % lager dan de eerste begroting, zonder latere wijzigingen; netto is onbekend.
Van de 110 nieuwste cijfers (2020-2026) ontbreken er 24, vooral over jeugd; reden: bij CBS onbekend of geheim.
"""  # noqa: E501


def test_all_sentences_are_made_in_less_than_a_second(warehouse: Path) -> None:
    """Of three times the fastest, since tests share their processors."""
    taken = []
    for _ in range(3):
        with open_database(warehouse / "monitor.duckdb") as release:
            start = time.perf_counter()
            key_sentences(release)
            taken.append(time.perf_counter() - start)
    assert min(taken) < 1.0


@pytest.mark.slow
def test_what_is_fetched_live_keeps_the_same_promises(live_release: LiveRelease) -> None:
    """Other years, net amounts and many more pairs of years than the recording has."""
    with open_database(live_release.place.warehouse / "monitor.duckdb") as release:
        said = key_sentences(release)
    texts = [one.text for of_one in said.values() for one in of_one]
    assert len(texts) == 7 * len(said) > 2000
    assert [text for text in texts if len(text.split(" ")) > 20 or the_words().unknown(text)] == []
    assert any(" netto " in text for text in texts)


def test_a_release_that_lacks_the_tables_has_no_sentences(miniature: Place) -> None:
    with open_database(miniature.warehouse / "monitor.duckdb") as release:
        assert key_sentences(release) == {}


def test_difficult_words_that_are_used_are_explained(all_of: list[tuple[str, KeySentence]]) -> None:
    text = " ".join(f"{one.text} {one.place or ''}" for _, one in all_of).lower()
    assert {term for term in explanations() if term.lower() not in text} <= {
        "netto",
        "twijfel",
        "percentage",
        "toeval",
        "participatie",
    }
