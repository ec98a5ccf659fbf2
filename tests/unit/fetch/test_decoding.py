import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.fetch.decoding import decode

GERMAN = "Die Bürgermeisterin grüßte fröhlich über den Platz hinüber; es wäre schön, sagte sie. „Natürlich.“ "
RUSSIAN = "Мэр города открыла новую школу на берегу реки. Дети пришли с цветами и песнями. "
JAPANESE = "市長は川のほとりに新しい学校を開いた。子どもたちは花を持って集まった。"
CHINESE = "市长在河边开办了一所新学校。孩子们带着鲜花来了。"
KOREAN = "시장은 강가에 새 학교를 열었다. 아이들은 꽃을 들고 왔다. "
GREEK = "Η δήμαρχος άνοιξε ένα νέο σχολείο δίπλα στο ποτάμι. "


def page(text: str, meta: str = "") -> str:
    return f"<html><head>{meta}<title>x</title></head><body><p>{text * 20}</p></body></html>"


def meta(charset: str) -> str:
    return f'<meta charset="{charset}">'


EQUIV = '<meta http-equiv="Content-Type" content="text/html; charset={}">'

CASES = [
    # (text, codec of the bytes, declared outside, found encoding)
    (page(GERMAN), "utf-8", None, "utf-8"),
    (page(GERMAN), "utf-8", "iso-8859-1", "utf-8"),
    (page(GERMAN, meta("iso-8859-1")), "utf-8", None, "utf-8"),
    (page(GERMAN), "utf-8-sig", "windows-1251", "utf-8"),
    (page(GERMAN), "utf-16", None, "utf-16le"),
    (page(GERMAN), "utf-16-le", None, "utf-16le"),
    (page(GERMAN), "utf-16-be", None, "utf-16be"),
    (page(GERMAN), "utf-16-le", "UTF-16", "utf-16le"),
    (page(GERMAN), "cp1252", "ISO-8859-1", "windows-1252"),
    (page(GERMAN), "cp1252", " latin1 ", "windows-1252"),
    (page(GERMAN), "cp1252", "utf-8", "windows-1252"),
    (page(GERMAN, meta("utf-16")), "utf-8", None, "utf-8"),
    (page(RUSSIAN, meta("windows-1251")), "cp1251", None, "windows-1251"),
    (page(RUSSIAN, EQUIV.format("koi8-r")), "koi8-r", None, "koi8-r"),
    (page(RUSSIAN), "cp1251", None, "windows-1251"),
    (page(RUSSIAN), "cp1251", "utf-8", "windows-1251"),
    (page(JAPANESE, meta("x-sjis")), "cp932", None, "shift_jis"),
    (page(JAPANESE + "①㈱"), "cp932", "shift_jis", "shift_jis"),
    (page(JAPANESE, meta("euc-jp")), "euc_jp", None, "euc-jp"),
    (page(JAPANESE, meta("iso-2022-jp")), "iso2022_jp", None, "iso-2022-jp"),
    (page(JAPANESE), "utf-8", "shift_jis", "utf-8"),
    (page(CHINESE, meta("gb2312")), "gb18030", None, "gbk"),
    (page(KOREAN), "cp949", "ks_c_5601-1987", "euc-kr"),
    (page(CHINESE), "utf-8", "gb2312", "utf-8"),
    (page(KOREAN, meta("euc-kr")), "cp949", "nonsense", "euc-kr"),
    (page(GREEK, meta("windows-1253")), "cp1253", "utf-8", "windows-1253"),
    ("<?xml version='1.0' encoding='iso-8859-2'?><html>Łódź i Kraków</html>", "iso8859-2", None, "iso-8859-2"),
    ("plain ascii", "ascii", None, "utf-8"),
    ("", "ascii", None, "utf-8"),
]


@pytest.mark.parametrize(("text", "codec", "declared", "found"), CASES)
def test_text_and_encoding_are_found(text: str, codec: str, declared: str | None, found: str) -> None:
    assert decode(text.encode(codec), declared=declared, media_type="text/html") == (text, found)


IN_LANGUAGE = [
    ("tr", "cp1254", "windows-1254", "Belediye başkanı ırmağın yanındaki yeni okulu açtı, çocuklar çiçeklerle geldi. "),
    ("pl", "cp1250", "windows-1250", "Burmistrz otworzyła szkołę nad rzeką. Żółte łódki płynęły wśród wiśni. "),
    ("pl", "iso8859-2", "iso-8859-2", "Burmistrz otworzyła szkołę nad rzeką. Żółte łódki płynęły wśród wiśni. "),
    ("he", "cp1255", "windows-1255", "ראש העיר פתחה בית ספר חדש ליד הנהר. הילדים הגיעו עם פרחים. "),
    ("fr", "cp1252", "windows-1252", "La mairesse a inauguré l’école à côté de la rivière, très émue. "),
    ("ja", "euc_jp", "euc-jp", JAPANESE),
    ("ja", "cp932", "shift_jis", JAPANESE),
    ("zh", "big5", "big5", "市長在河邊開辦了一所新學校。孩子們帶著鮮花來了。"),
    ("ru-RU", "koi8-r", "koi8-r", RUSSIAN),
    ("en", "cp1251", "windows-1251", RUSSIAN),
]


@pytest.mark.parametrize(("language", "codec", "found", "text"), IN_LANGUAGE)
def test_the_language_helps_where_nothing_is_declared(language: str, codec: str, found: str, text: str) -> None:
    for times in (5, 500):
        html = f'<html lang="{language}"><body>' + f"<p>{text}</p>" * times
        assert decode(html.encode(codec), declared=None, media_type="text/html") == (html, found)


def test_a_few_broken_bytes_do_not_change_the_encoding() -> None:
    data = page(JAPANESE).encode() + b"\xff\xfe\xe3"
    text, found = decode(data, declared=None, media_type="text/html")
    assert found == "utf-8"
    assert text.startswith(page(JAPANESE))


def test_a_meta_tag_in_plain_text_says_nothing() -> None:
    text = '<meta charset="koi8-r"> is how a page says it: ' + GERMAN * 5
    assert decode(text.encode("cp1252"), declared=None, media_type="text/plain")[1] != "koi8-r"
    assert decode(text.encode("cp1252"), declared="cp1252", media_type="text/plain") == (text, "windows-1252")


@pytest.mark.parametrize("label", ["hz-gb-2312", "iso-2022-kr", "iso-2022-cn", "replacement", "x-user-defined"])
def test_a_label_that_stands_for_no_encoding_says_nothing(label: str) -> None:
    data = meta(label).encode() + b"caf\xe9"
    assert decode(data, declared=label, media_type="text/html")[1] == "windows-1252"


@given(st.binary(max_size=400), st.none() | st.text(max_size=20) | st.sampled_from(["utf-8", "gbk", "utf-16", "big5"]))
def test_it_never_raises_and_the_text_can_be_stored(data: bytes, declared: str | None) -> None:
    text, _ = decode(data, declared=declared, media_type="text/html")
    text.encode("utf-8")
    assert "\0" not in text


HOSTILE = {
    "meta starts": b"<meta " * 200_000,
    "meta and spaces": b"<meta charset" + b" " * 1_000_000,
    "xml start": b"<?xml " + b" encoding" * 100_000,
    "no ascii at all": bytes(range(128, 256)) * 10_000,
    "continuation bytes": b"\x80" * 1_000_000,
    "escape sequences": b"\x1b$B" * 300_000,
    "zeros": bytes(1_000_000),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_bytes_take_no_time(case: str) -> None:
    begin = time.process_time()
    decode(HOSTILE[case], declared=None, media_type=None)
    assert time.process_time() - begin < 1
