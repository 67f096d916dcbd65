"""Names that a folder may have, each with characters that some program takes for something else."""

NASTY = (
    "data [2026]",
    "Jan's data",
    'a"b',
    "a*b",
    "jaar=2020",
    "a{b,c}d",
    "a%b 100%",
    "a#b&c;d$HOME",
    "back\\slash",
    "-dash",
    "~tilde",
    "gemeente Súdwest-Fryslân",
    "{{ x }}{% y %}",
    "a`b!c|d<e>",
    "[!x]",
    "a[b",
    "a:b",
)
# All of it that goes together, for what is too slow to try by each.
ALL_AT_ONCE = '-Jan\'s "data" [2026] {{x}} {a,b} jaar=2020 *&;$HOME#%ø~'
