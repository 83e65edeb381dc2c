"""Probable slips in the domain of an e-mail address, from a small table. Advice only: any address may be right."""

from __future__ import annotations

# A slip → the name it stands for. None of them is a mail provider of its own, as `ymail` and `mail` are.
NAMES = {
    **dict.fromkeys(
        ["gmial", "gmai", "gmal", "gmil", "gamil", "gmaill", "gmaii", "gmali", "gnail", "gmaul", "gimail", "gmaikl"],
        "gmail",
    ),
    **dict.fromkeys(["yaho", "yahho", "yahooo", "yhoo", "yhaoo", "yaoo", "yahool"], "yahoo"),
    **dict.fromkeys(["hotmial", "hotmai", "hotmal", "hotmil", "hotmaill", "hotnail", "homail", "hormail"], "hotmail"),
    **dict.fromkeys(["outlok", "outloo", "outllook", "outlool", "oulook", "outlock"], "outlook"),
    **dict.fromkeys(["iclod", "icoud", "iclould", "icluod"], "icloud"),
}
ENDS = dict.fromkeys(
    ["con", "cm", "om", "co", "cmo", "ocm", "cpm", "vom", "xom", "comm", "coom", "c0m", "com.con"], "com"
)
PROVIDERS = {*NAMES.values()}


def probable_address(email: str) -> str | None:
    """`ten@gmail.com` for `ten@gmial.com` or `ten@gmail.con`; None where nothing looks mistyped."""
    person, _, domain = email.rpartition("@")
    name, _, end = domain.lower().partition(".")
    meant = NAMES.get(name, name)
    if not person or meant not in PROVIDERS:
        return None
    better = f"{meant}.{ENDS.get(end, end)}"
    return f"{person}@{better}" if better != domain.lower() else None
