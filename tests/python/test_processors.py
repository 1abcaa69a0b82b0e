"""How many threads a run takes: what is told, the environment, the affinity, and the control groups of a container."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import openbook as ob
import pytest
from openbook import _processors
from openbook._request import thread_count

V2 = "{n} 1 0:29 {root} /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw\n"
V1 = (
    "31 23 0:28 / /sys/fs/cgroup ro - tmpfs tmpfs ro,mode=755\n"
    "32 31 0:29 {root} /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"
    "33 31 0:30 {root} /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset\n"
)


def machine(root: Path, groups: str, mounts: str, files: dict[str, str]) -> Path:
    """A file system with what the kernel would show."""
    for name, content in {"proc/self/cgroup": groups, "proc/self/mountinfo": mounts, **files}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return root


def test_version_2_in_a_container_that_sees_itself_as_the_top(tmp_path: Path) -> None:
    root = machine(tmp_path, "0::/\n", V2.format(n=30, root="/"), {"sys/fs/cgroup/cpu.max": "150000 100000\n"})
    assert _processors.quota(root) == 2


@pytest.mark.parametrize(
    ("own", "above", "expected"),
    [
        ("max 100000", "max 100000", None),
        ("400000 100000", "max", 4),
        ("max", "50000 100000", 1),
        ("800000 100000", "300000 100000", 3),
    ],
)
def test_version_2_counts_the_groups_above_the_own(tmp_path: Path, own: str, above: str, expected: int | None) -> None:
    files = {"sys/fs/cgroup/system.slice/nightly.service/cpu.max": own, "sys/fs/cgroup/system.slice/cpu.max": above}
    root = machine(tmp_path, "0::/system.slice/nightly.service\n", V2.format(n=30, root="/"), files)
    assert _processors.quota(root) == expected


def test_a_quota_beside_the_own_group_does_not_count(tmp_path: Path) -> None:
    files = {"sys/fs/cgroup/other/cpu.max": "100000 100000", "sys/fs/cgroup/own/cpu.max": "max 100000"}
    assert _processors.quota(machine(tmp_path, "0::/own\n", V2.format(n=30, root="/"), files)) is None


def test_version_1_nested_and_with_several_controllers(tmp_path: Path) -> None:
    top = "sys/fs/cgroup/cpu,cpuacct"
    files = {
        f"{top}/cpu.cfs_quota_us": "-1\n",
        f"{top}/cpu.cfs_period_us": "100000\n",
        f"{top}/batch/cpu.cfs_quota_us": "250000\n",
        f"{top}/batch/cpu.cfs_period_us": "100000\n",
        f"{top}/batch/night/cpu.cfs_quota_us": "-1\n",
        f"{top}/batch/night/cpu.cfs_period_us": "100000\n",
    }
    groups = "5:cpuset:/elsewhere\n4:cpu,cpuacct:/batch/night\n1:name=systemd:/\n"
    assert _processors.quota(machine(tmp_path, groups, V1.format(root="/"), files)) == 3


def test_version_1_in_a_container_whose_part_of_the_tree_is_mounted(tmp_path: Path) -> None:
    top = "sys/fs/cgroup/cpu,cpuacct"
    files = {f"{top}/cpu.cfs_quota_us": "200000\n", f"{top}/cpu.cfs_period_us": "100000\n"}
    groups = "4:cpu,cpuacct:/docker/4f1c\n"
    assert _processors.quota(machine(tmp_path, groups, V1.format(root="/docker/4f1c"), files)) == 2


def test_a_group_outside_of_what_is_mounted(tmp_path: Path) -> None:
    files = {"sys/fs/cgroup/cpu.max": "100000 100000", "sys/fs/secret/cpu.max": "900000 100000"}
    assert _processors.quota(machine(tmp_path, "0::/../../secret\n", V2.format(n=30, root="/"), files)) == 1


def test_both_versions_at_once(tmp_path: Path) -> None:
    mounts = V1.format(root="/") + "40 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n"
    top = "sys/fs/cgroup/cpu,cpuacct/job"
    files = {f"{top}/cpu.cfs_quota_us": "600000\n", f"{top}/cpu.cfs_period_us": "100000\n"}
    assert _processors.quota(machine(tmp_path, "4:cpu,cpuacct:/job\n0::/job\n", mounts, files)) == 6


@pytest.mark.parametrize("content", ["", "max", "x y", "0 100000", "100000 0", "100000"])
def test_what_is_not_understood_sets_no_quota(tmp_path: Path, content: str) -> None:
    assert (
        _processors.quota(
            machine(
                tmp_path,
                "0::/\nodd line\n",
                "odd line\n" + V2.format(n=30, root="/"),
                {"sys/fs/cgroup/cpu.max": content},
            )
        )
        is None
    )
    assert _processors.quota(tmp_path / "nowhere") is None


def test_a_mount_with_a_space_in_its_path(tmp_path: Path) -> None:
    mounts = "30 1 0:29 / /sys/fs/control\\040groups rw - cgroup2 cgroup2 rw\n"
    assert (
        _processors.quota(machine(tmp_path, "0::/\n", mounts, {"sys/fs/control groups/cpu.max": "500000 100000"})) == 5
    )


def test_the_smaller_of_affinity_and_quota_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENBOOK_THREADS", raising=False)
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: set(range(8)), raising=False)
    for quota, expected in ((None, 8), (3, 3), (20, 8)):
        monkeypatch.setattr(_processors, "quota", lambda quota=quota: quota)
        assert thread_count(None) == expected


def test_what_is_told_comes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENBOOK_THREADS", "3")
    assert (thread_count(None), thread_count(5)) == (3, 5)
    monkeypatch.setenv("OPENBOOK_THREADS", " ")
    assert thread_count(None) == _processors.available()
    for wrong in ("0", "-1", "two", "1.5", "5000", "²"):
        monkeypatch.setenv("OPENBOOK_THREADS", wrong)
        with pytest.raises(ob.LimitError, match=r"OPENBOOK_THREADS: found .* expected a whole number from 1 to 1,024"):
            thread_count(None)
    with pytest.raises(ob.LimitError, match="threads: found 0"):
        thread_count(0)


def run(script: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env={**os.environ, **environment}
    )
    return done.stdout.strip()


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="needs affinity")
def test_a_process_bound_to_one_processor_runs_one_thread() -> None:
    script = (
        "import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))}); import openbook as ob; "
        "print(ob.examples.third_sector_cash().simulate(4096, progress=False)._core.threads)"
    )
    environment = {key: value for key, value in os.environ.items() if key != "OPENBOOK_THREADS"}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout.strip() == "1"


def test_the_environment_reaches_the_core() -> None:
    script = (
        "import openbook as ob; print(ob.examples.third_sector_cash().simulate(4096, progress=False)._core.threads)"
    )
    assert run(script, OPENBOOK_THREADS="3") == "3"
