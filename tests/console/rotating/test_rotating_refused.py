"""What keeps master keys from being rotated, and that no key is lost then."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from services.console.deployment import AlreadyRunning, Asked, NoDeployment, locked, prepare
from services.console.looking import ServiceUnknown
from services.console.rotating import KeyStoreRead, KeysUnopened, ServiceRuns, rotate_keys
from services.console.showing import Show
from services.console.words import Lang
from shared.lease import DatabaseLease, FileLease, acquire
from shared.sealing import ErasureUnfinished, KeyStore
from shared.settings import Secrets


def test_nothing_is_begun_while_one_of_the_services_runs(rotate, stores_of, masters, opens):
    old, lease = masters(), acquire(stores_of("pregnancy_tracking"))
    with pytest.raises(ServiceRuns, match="pregnancy_tracking is running"):
        rotate()
    lease.release()
    assert masters() == old
    assert opens("births")
    rotate()
    acquire(stores_of("births")).release()


def test_nothing_is_begun_while_the_deployment_runs(rotate, deployment, masters):
    old = masters()
    with locked(deployment.home), pytest.raises(AlreadyRunning):
        rotate()
    assert masters() == old


def test_the_old_master_key_stays_if_another_process_took_the_service_over(
    rotate, deployment, masters, monkeypatch, sealed
):
    """A server ends idle sessions; a service that starts then may have wrapped with the old one."""
    old = masters()
    with monkeypatch.context() as patched:
        for kind in (FileLease, DatabaseLease):
            patched.setattr(kind, "held", lambda _: False)
        with pytest.raises(ServiceRuns):
            rotate("births")
    assert masters() == old
    assert (deployment.secrets / "births.next.json").exists()


def test_a_service_that_is_not_there_is_refused_before_anything_is_begun(rotate, masters):
    old = masters()
    with pytest.raises(ServiceUnknown, match="births, pregnancy_tracking"):
        rotate("births", "enforcement")
    assert masters() == old


def test_before_the_first_start_there_is_nothing_to_rotate(tmp_path):
    with pytest.raises(NoDeployment):
        rotate_keys(Show(Lang.EN), prepare(tmp_path / "new", Asked(scenario="none")), ())


@pytest.mark.parametrize("altered", ["", " AND key = (SELECT max(key) FROM data_keys WHERE wrapped IS NOT NULL)"])
def test_keys_that_were_altered_are_told_and_both_master_keys_stay(rotate, deployment, stores_of, sealed, altered):
    old = Secrets.load(deployment.secrets, "births")
    with stores_of("births").engine("keys").begin() as db:
        db.execute(text(f"UPDATE data_keys SET wrapped = :w WHERE wrapped IS NOT NULL{altered}"), {"w": b"x" * 60})
    with pytest.raises(KeysUnopened):
        rotate("births")
    assert Secrets.load(deployment.secrets, "births") == old
    assert (deployment.secrets / "births.next.json").exists()


def test_a_store_that_others_read_is_named_and_then_rotated(rotate, masters, opens, monkeypatch):
    old = masters()

    def in_use(_):
        raise ErasureUnfinished

    with monkeypatch.context() as patched:
        patched.setattr(KeyStore, "_scrub", in_use)
        with pytest.raises(KeyStoreRead):
            rotate("births")
    assert masters() == old
    rotate("births")
    assert opens("births")
