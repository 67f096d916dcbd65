"""Numbers typed over by hand: the counts of the design's indicator table and cells read by eye from the recording.

Nothing here is computed, so that both the oracle and the pipeline can be wrong only against what a person saw.
"""

MUNICIPALITIES = {
    2017: 388, 2018: 380, 2019: 355, 2020: 355, 2021: 352, 2022: 345, 2023: 342, 2024: 342, 2025: 342, 2026: 342,
}  # fmt: skip

_LASTEN = {2017: 388, 2018: 377, 2019: 355, 2020: 353, 2021: 352, 2022: 341, 2023: 341, 2024: 341}
_BEGROOT = {2017: 386, 2018: 375, 2019: 355, 2020: 355, 2021: 351, 2022: 341, 2023: 341, 2024: 341}

FILLED: dict[str, dict[int, int]] = {
    "inwoners": MUNICIPALITIES,
    "huishoudens": {2017: 332, 2018: 331, 2019: 329, 2020: 355, 2021: 352},
    "bijstand_personen": {2017: 388, 2018: 380, 2019: 355, 2020: 355, 2021: 352},
    "jeugdzorg_jongeren": {2018: 331, 2019: 329, 2020: 0, 2021: 352, 2022: 345},
    "jeugdzorg_pct": {2018: 331, 2019: 329, 2020: 0, 2021: 352},
    "jeugdzorg_per_1000_inwoners": {2018: 331, 2019: 329, 2020: 0, 2021: 352, 2022: 345},
    "jeugdzorg_jongeren_0_4": {2021: 339, 2022: 334},
    "jeugdzorg_jongeren_4_12": {2021: 351, 2022: 344},
    "jeugdzorg_jongeren_12_18": {2021: 351, 2022: 343},
    "jeugdzorg_jongeren_18_23": {2021: 295, 2022: 306},
    "jeugdzorg_trajecten": {2021: 352, 2022: 345},
    "jeugdzorg_trajecten_per_jongere": {2021: 352, 2022: 345},
    "jeugdzorg_verwijzer_gemeentelijke_toegang_pct": {2021: 351, 2022: 344},
    "jeugdzorg_verwijzer_huisarts_pct": {2021: 351, 2022: 343},
    "jeugdzorg_verwijzer_jeugdarts_pct": {2021: 294, 2022: 287},
    "jeugdzorg_verwijzer_gecertificeerde_instelling_pct": {2021: 345, 2022: 337},
    "jeugdzorg_verwijzer_medisch_specialist_pct": {2021: 341, 2022: 333},
    "jeugdzorg_verwijzer_rechter_of_ovj_pct": {2021: 81, 2022: 75},
    "jeugdzorg_verwijzer_geen_pct": {2021: 328, 2022: 328},
    "jeugdzorg_verwijzer_onbekend_pct": {2021: 102, 2022: 82},
    "jeugdhulp_pct_tot_18": {2022: 345},
    "jeugdhulp_met_verblijf_pct_van_jeugdhulp": {2022: 337},
    "jeugdbescherming_pct_tot_18": {2022: 337},
    "jeugdbescherming_met_verblijf_pct_van_jeugdbescherming": {2022: 310},
    "jeugdreclassering_pct_12_tot_23": {2022: 186},
    "wmo_clienten": {2017: 308, 2018: 314, 2019: 325, 2020: 319, 2021: 334},
    "wmo_clienten_per_1000_inwoners": {2017: 308, 2018: 314, 2019: 325, 2020: 319, 2021: 334},
    "wmo_hulp_bij_het_huishouden": {2017: 300, 2018: 305, 2019: 318, 2020: 315},
    "wmo_ondersteuning_thuis": {2017: 307, 2018: 312, 2019: 321, 2020: 315},
    "wmo_hulpmiddelen_en_diensten": {2017: 300, 2018: 309, 2019: 323, 2020: 318},
    "wmo_verblijf_en_opvang": {2017: 37, 2018: 48, 2019: 44, 2020: 46},
    "lasten_jeugd": _LASTEN,
    "lasten_wmo": _LASTEN,
    "lasten_participatie": _LASTEN,
    "lasten_sociaal_domein": _LASTEN,
    "lasten_wijkteams": _LASTEN,
    "lasten_wmo_zonder_opvang": _LASTEN,
    "baten_sociaal_domein": {2023: 341},
    "netto_lasten_sociaal_domein": {2023: 341},
    "netto_begroot_sociaal_domein": {2023: 341, 2024: 341, 2025: 338},
    "begroot_jeugd": _BEGROOT | {2025: 338, 2026: 342},
    "begroot_wmo": _BEGROOT | {2025: 338, 2026: 342},
    "begroot_participatie": _BEGROOT | {2025: 338, 2026: 342},
    "begroot_sociaal_domein": _BEGROOT | {2025: 338, 2026: 342},
}
"""Municipalities with a figure, per indicator and year; out of MUNICIPALITIES of that year."""

INWONERS_NL_KWB = {2017: 17_081_507, 2019: 17_282_163, 2020: 17_407_585, 2021: 17_475_415}
"""Aantal inwoners in the row NL00 of Kerncijfers wijken en buurten; the recorded table of 2018 has no such row."""

CELLS: dict[tuple[str, str, int], float] = {
    ("inwoners", "GM0363", 2017): 844_947,
    ("inwoners", "GM0363", 2026): 941_927,
    ("inwoners", "GM0457", 2022): 20_766,  # Weesp, itself until 24 March 2022
    ("inwoners", "GM0193", 2022): 130_668,
    ("huishoudens", "GM0363", 2018): 467_606,
    ("huishoudens", "NL", 2021): 8_043_443,
    ("bijstand_personen", "GM0363", 2017): 42_610,
    ("bijstand_personen", "GM1680", 2018): 410,
    ("bijstand_personen", "NL", 2018): 455_140,
    ("bijstand_personen", "GM0193", 2021): 3_590,
    ("ao_personen", "NL", 2020): 732_950,
    ("ww_personen", "NL", 2020): 238_650,
    ("aow_personen", "NL", 2020): 3_122_870,
    ("inwoners_65_plus", "GM1680", 2019): 6_613,
    ("inwoners_15_25", "NL", 2021): 2_139_221,
    ("jeugdzorg_jongeren", "GM1680", 2018): 620,
    ("jeugdzorg_jongeren", "GM0363", 2018): 20_055,
    ("jeugdzorg_jongeren", "GM0193", 2019): 3_530,
    ("jeugdzorg_jongeren", "NL", 2019): 437_345,
    ("jeugdzorg_jongeren", "GM0363", 2021): 21_075,
    ("jeugdzorg_jongeren", "GM0088", 2022): 15,  # Schiermonnikoog
    ("jeugdzorg_jongeren", "NL", 2022): 461_985,
    ("jeugdzorg_jongeren_18_23", "GM0363", 2021): 1_170,
    ("jeugdzorg_jongeren_4_12", "GM1680", 2022): 285,
    ("jeugdzorg_trajecten", "GM0193", 2022): 5_455,
    ("jeugdzorg_pct", "GM1680", 2018): 10.7,
    ("jeugdzorg_pct", "GM0363", 2021): 10.6,
    ("jeugdzorg_pct", "NL", 2019): 9.9,
    ("jeugdhulp_pct_tot_18", "GM0193", 2022): 12.7,
    ("jeugdhulp_met_verblijf_pct_van_jeugdhulp", "GM0193", 2022): 13.1,
    ("jeugdbescherming_pct_tot_18", "NL", 2022): 1.2,
    ("jeugdbescherming_met_verblijf_pct_van_jeugdbescherming", "NL", 2022): 46.3,
    ("jeugdreclassering_pct_12_tot_23", "GM0193", 2022): 0.5,
    ("wmo_clienten", "GM0363", 2017): 61_925,
    ("wmo_clienten", "GM0193", 2021): 10_695,
    ("wmo_clienten", "NL", 2018): 1_097_855,
    ("wmo_hulp_bij_het_huishouden", "GM0363", 2020): 19_455,
    ("wmo_ondersteuning_thuis", "GM0193", 2020): 6_105,
    ("wmo_hulpmiddelen_en_diensten", "GM0193", 2018): 6_115,
    ("wmo_verblijf_en_opvang", "GM0363", 2017): 370,
    ("lasten_jeugd", "GM1680", 2017): 3_822 + 1_385,
    ("lasten_wmo", "GM1680", 2017): 1_065 + 2_793 + 2,
    ("lasten_participatie", "GM1680", 2017): 7_161 + 217 + 733,
    ("lasten_sociaal_domein", "GM1680", 2017): 2_775 + 2_750 + 7_161 + 217 + 733 + 1_065 + 2_793 + 3_822 + 2 + 1_385,
    ("lasten_jeugd", "GM0193", 2024): 17_805 + 18_519 + 17_711 + 4_792,
    ("begroot_jeugd", "GM0193", 2024): 19_316 + 17_374 + 17_123 + 4_904,
    ("begroot_participatie", "GM0193", 2025): 82_275 + 14_753 + 15_282,
    ("begroot_jeugd", "GM0193", 2025): 2_177 + 18_832 + 34_225 + 5_145 + 35,
    ("begroot_wmo_zonder_opvang", "GM0193", 2025): 1_343 + 8_433 + 29_905,  # 6.91 is '.'
    ("begroot_wijkteams", "GM0193", 2025): 1_343 + 2_177 + 15_182,
    ("lasten_wijkteams", "GM0193", 2023): 23_943,
    ("lasten_wmo_zonder_opvang", "GM0193", 2023): 7_542 + 25_513,
    ("baten_participatie", "GM0193", 2023): 58_878 + 3_014 + 10_985,
    ("baten_wmo", "GM0193", 2023): 125 + 1_137 + 4_311,
    ("netto_lasten_wijkteams", "GM0193", 2023): 23_943 - 1_959,
    ("netto_begroot_wijkteams", "GM0193", 2023): 21_195 - 280,
    ("netto_begroot_wmo", "GM1719", 2025): 1_036
    + 1_388
    - 82
    + 5_355
    - 192
    - 430
    + 197,  # 6.81: '.' spent, 430 received
    ("begroot_sociaal_domein", "GM0193", 2025): 347_472,  # 6.91 is '.', which counts as 0 from 2025
}
"""A few cells, and sums of cells, read from UntypedDataSet; lasten and begroot in units of 1 000 euro."""

RATIOS: dict[tuple[str, str, int], float] = {
    ("jeugdzorg_per_1000_inwoners", "GM1680", 2018): 24.4190626,  # 620 / 25 390
    ("bijstand_per_1000_inwoners", "GM0363", 2017): 50.4291985,  # 42 610 / 844 947
    ("jeugdzorg_trajecten_per_jongere", "GM0193", 2022): 1.5110803,  # 5 455 / 3 610
    ("jeugdzorg_verwijzer_huisarts_pct", "GM0193", 2022): 18.7901008,  # 1 025 / 5 455
    ("wmo_clienten_per_1000_inwoners", "GM0193", 2021): 82.3706100,  # 10 695 / 129 840
    ("lasten_jeugd_per_inwoner", "GM1680", 2017): 205.9242268,  # 5 207 000 / 25 286
    ("lasten_jeugd_per_jongere_met_jeugdzorg", "NL", 2019): 11_672.7091884,  # 5 105 001 000 / 437 345
    ("netto_begrotingsafwijking_wijkteams_pct", "GM0193", 2023): 5.1111642,  # (21 984 - 20 915) / 20 915
    ("begrotingsafwijking_jeugd_pct", "GM1680", 2017): 26.5370595,  # (5 207 - 4 115) / 4 115
}
"""A few ratios worked out from the cells above, to seven decimals."""

REASONS: dict[tuple[str, str, int], str] = {
    ("jeugdzorg_jongeren", "GM0363", 2020): "niet_opgenomen",  # CBS: 429 210 in the country, in 84134NED
    ("jeugdzorg_jongeren", "NL", 2021): "niet_opgenomen",
    ("jeugdzorg_jongeren", "GM0047", 2019): "niet_opgenomen",
    ("huishoudens", "GM0003", 2017): "niet_opgenomen",
    ("jeugdzorg_jongeren_0_4", "GM0088", 2022): "onbekend_of_geheim",
    ("wmo_clienten", "GM0193", 2019): "onbekend_of_geheim",
    ("wmo_hulp_bij_het_huishouden", "GM0193", 2020): "onbekend_of_geheim",
    ("lasten_jeugd", "GM0545", 2018): "niet_geleverd",  # Leerdam, merged on 1 January 2019
    ("lasten_wmo", "GM0457", 2022): "niet_geleverd",  # Weesp, merged during the year
    ("lasten_sociaal_domein", "NL", 2018): "deel_ontbreekt",
    ("begroot_participatie", "GM0310", 2025): "niet_geleverd",
    ("baten_jeugd", "GM1961", 2023): "niet_geleverd",
    ("netto_begroot_wmo", "GM1731", 2025): "niet_geleverd",
    ("lasten_jeugd_per_inwoner", "GM0393", 2018): "noemer_nul",  # lasten of exactly 0
    ("begrotingsafwijking_jeugd_pct", "GM0106", 2017): "noemer_nul",  # nothing budgeted
}
"""A few absent figures and why."""
