"""Who may import whom (DESIGN.md section 3), read from the syntax trees; and no way in for pickles."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = sorted(p for top in ("yodo_core", "app") for p in (ROOT / top).rglob("*.py"))

# What a part of the core may know of, itself included.
PARTS = {
    "errors": set(),
    "config": {"errors"},
    "data": {"errors", "config"},
    "fairness": {"errors", "config"},
    "line": {"errors", "config"},
    "nets": {"errors", "config"},
    "weights": {"errors", "config", "line"},
    "batch_stats": {"errors", "config", "line"},
    "adam": set(),
    "device": set(),
    "ranks": {"errors", "device"},
    "frontier": {"errors", "config"},
    "alpha_map": {"errors", "config", "fairness"},
    "charts": {"errors", "config", "fairness", "frontier"},
    "objective": {"errors", "config", "fairness", "line", "weights", "nets", "data"},
}
UPPER = {
    "train",
    "calibrate",
    "baselines",
    "evaluate",
    "elsewhere",
    "ends",
    "checkpoint",
    "folders",
    "manifest_checks",
    "stored",
    "manifest",
    "partial",
    "stream",
    "partitions",
    "tensors",
    "person",
}
for part in UPPER:
    PARTS[part] = set(PARTS) | UPPER
PARTS["commands"] = set(PARTS)
PARTS["cli"] = set(PARTS)
PARTS["__main__"] = set(PARTS)
APP = {
    "main": {"views"},
    "minder": set(),
    "views": {"views", "state", "store", "wording", "components"},
    "components": {"components", "wording"},
    "wording": {"wording"},
    "state": set(),
    "store": set(),
}


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), str(path))


def is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def statements(node: ast.AST, lazy: bool) -> Iterator[ast.stmt]:
    """Import statements, not those for type checking; those within functions only if `lazy`."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import | ast.ImportFrom):
            yield child
        elif not is_type_checking(child) and (lazy or not isinstance(child, ast.FunctionDef)):
            yield from statements(child, lazy)


@cache
def imports(path: Path, lazy: bool = True) -> frozenset[str]:
    """Full names of imported modules; `from a import b` counts as a.b where that is a module of this project."""
    found = set()
    for node in statements(tree(path), lazy):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                found.add(full if full in MODULES else str(node.module))
    return frozenset(found)


MODULES = {module_name(p): p for p in FILES}


def inside(module: str) -> str:
    """The part of the app that a module of it belongs to: "store" for app.store and whatever lies in it."""
    return module.split(".")[1]


def importers(package: str, lazy: bool = True) -> set[str]:
    return {module_name(p) for p in FILES if any(m.split(".")[0] == package for m in imports(p, lazy))}


def test_the_reader_of_imports_sees_all_kinds() -> None:
    assert "yodo_core.fairness.counts" in imports(MODULES["yodo_core.stored"])
    assert "yodo_core.data" in imports(MODULES["yodo_core.evaluate"])
    lazy = "yodo_core.commands.point"
    assert lazy in imports(MODULES["yodo_core.cli.figures"])
    assert lazy not in imports(MODULES["yodo_core.cli.figures"], lazy=False)


@pytest.mark.parametrize("name", sorted(n for n in MODULES if n.startswith("yodo_core.")))
def test_the_core_imports_downward_only(name: str) -> None:
    part = name.split(".")[1]
    assert part in PARTS, f"{name} is new: say in this test what it may import"
    known = {m.split(".")[1] for m in imports(MODULES[name]) if m.startswith("yodo_core.")} - {part}
    assert known <= PARTS[part], f"{name} imports upward or sideways"


def test_no_modules_of_the_core_import_each_other_in_a_circle() -> None:
    """Over statements at the top of files; the circle of the package's own __init__ aside."""
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " -> ".join((*trail, name))
        if name not in done:
            for other in sorted(imports(MODULES[name], lazy=False) & set(MODULES)):
                visit(other, (*trail, name))
            done.add(name)

    for name in MODULES:
        visit(name, ())


def test_the_core_never_imports_streamlit_or_the_app() -> None:
    assert {m for m in importers("streamlit") | importers("app") if m.startswith("yodo_core")} == set()


def test_only_charts_imports_plotly() -> None:
    assert {".".join(name.split(".")[:2]) for name in importers("plotly")} == {"yodo_core.charts"}


def closure(name: str) -> set[str]:
    """Every module of the project that importing this one loads, packages above it included."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        module = waiting.pop()
        if module in found or module not in MODULES:
            continue
        found.add(module)
        waiting += [*imports(MODULES[module], lazy=False), module.rpartition(".")[0]]
        waiting += [m.rpartition(".")[0] for m in imports(MODULES[module], lazy=False)]
    return found


@pytest.mark.parametrize("name", ["fairness.metrics", "fairness.counts", "fairness.intervals", "frontier", "charts"])
def test_figures_from_counts_need_no_torch(name: str) -> None:
    loaded = closure(f"yodo_core.{name}")
    assert len(loaded) >= 2
    assert loaded & importers("torch", lazy=False) == set()


def test_torch_is_really_not_loaded_with_the_metrics() -> None:
    code = "import sys, yodo_core.fairness.metrics, yodo_core.fairness.counts; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_in_the_app_only_the_store_knows_the_core() -> None:
    knowing = {m for m in importers("yodo_core") if m.startswith("app")}
    assert knowing
    assert {inside(m) for m in knowing} == {"store"}


def test_the_rest_of_the_app_asks_the_store_itself_not_its_parts() -> None:
    others = [m for m in MODULES if m.startswith("app.") and inside(m) != "store"]
    assert {known for m in others for known in imports(MODULES[m]) if known.startswith("app.store.")} == set()


@pytest.mark.parametrize("name", sorted(n for n in MODULES if n.startswith("app.")))
def test_the_app_imports_downward_only(name: str) -> None:
    part = name.split(".")[1]
    assert part in APP, f"{name} is new: say in this test what it may import"
    known = {m.split(".")[1] for m in imports(MODULES[name]) if m.startswith("app.")}
    assert known <= APP[part] | ({part} if part in ("views", "wording", "components", "store") else set())


def attributes(path: Path) -> set[str]:
    return {node.attr for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute)}


def users_of(*names: str) -> set[str]:
    return {module_name(p) for p in FILES if attributes(p) & set(names)}


def test_only_the_store_caches() -> None:
    found = {module_name(p) for p in FILES if any(a.startswith("cache_") for a in attributes(p)) and "app" in p.parts}
    assert found
    assert {inside(m) for m in found} == {"store"}


def test_only_state_holds_session_and_address() -> None:
    assert users_of("session_state", "query_params") == {"app.state"}


def test_only_the_checkpoint_and_the_partial_run_touch_tensors_on_disk() -> None:
    assert importers("safetensors") == {"yodo_core.checkpoint", "yodo_core.partial"}


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_nothing_runs_what_a_file_says(path: Path) -> None:
    banned = {"pickle", "cPickle", "dill", "cloudpickle", "marshal", "shelve", "jsonpickle"}
    assert not {m.split(".")[0] for m in imports(path)} & banned
    for node in ast.walk(tree(path)):
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func)
        assert called not in {"eval", "exec", "compile", "__import__", "os.system"}, called
        assert called not in {"torch.load", "joblib.load", "joblib.dump", "torch.save", "yaml.load"}, called
        assert not called.endswith(("read_pickle", "to_pickle")), called
        given = {k.arg: ast.unparse(k.value) for k in node.keywords}
        if called in ("np.load", "numpy.load"):
            assert given.get("allow_pickle") == "False"
        assert given.get("shell", "False") == "False"
