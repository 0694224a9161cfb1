"""features - which test shows which feature, from the tests' own headers"""
from . import find


def report(tests):
    """Print every feature with the tests that show it; the exit status."""
    shown = 0
    for id, sentence in find.feature_ids().items():
        names = [test.name for test in tests if id in test.shows]
        shown += bool(names)
        print(f"{id:6}  {sentence}\n        {' '.join(names) or '-'}")
    print(f"{shown} shown, {len(find.feature_ids()) - shown} not shown")
    return 0
