"""Words that are no reason, however rare they are in a tree: they tell nothing of what a file is about."""

from __future__ import annotations

from sphinx_kwindex.text import sub_words

_ENGLISH = """
    able about above according across actual actually add added adding adds after again against ahead all allow allowed allows
    alone along already also always among and another any anything apart appear appears apply are around aside ask available
    avoid away back bad based basic because become been before began begin begins behind being belong below best better between
    beyond big both bottom break bring broken but call called calling calls can cannot care cause certain change changed changes
    clean clear close closed come comes common complete containing contains correct could create created creates creating
    current currently daily day days dead deal deep default defined depending describe described description desired did
    different direct directly does doing done dont double down drop due during each early easier easily easy effect either else
    empty end ended ending ends enough ensure entire equal equals even ever every everything exact exactly example examples
    except exist existing exists expect expected extra fail failed fails failure fallback false far fast few final finally find
    finds fine finish finished first fit fix fixed follow following follows for force forced found four from full fully further
    general get gets getting give given gives going gone good got great guess had half happen happens hard has have having
    hello help hence her here high hold holds how however idea ignore ignored important include included includes including
    indicate indicates inside instead internal into its itself just keep keeps kept kind know known knows large last later least
    leave left less let level like likely line lines list little live long longer look looks lot low lower made main make makes
    making many mark matches maybe mean means might mind minus miss missing mode more most move moved much must name named names
    near necessary need needed needs never new next nice none nor normal not note nothing now null number numbers obvious off
    often old once one only onto open opened opposite option optional options order ordinary other others otherwise our out
    outer outside over own part passed past per perform performed person place plain please point possible prefix prepare
    present preserve pretty prevent previous probably problem proper properly provide provided provides purpose put quick quite
    random rather raw ready real really reason regular relevant remain remaining remove removed repeat replace report require
    required requires rest result results return returned returning returns right rough round run running runs safe said same
    save saved say says second see seem seems seen select send sense sent separate serious set sets several shall short should
    show shown shows side silent similar simple simply since single size skip slow small some something soon sort source special
    specific specified specify spent start started starting starts state still stop stopped stops strict strictly such suitable
    sure take taken takes tell tells than that the their them themselves then there therefore these they thing things think this
    those though three through thus time times together too top total toward tried tries trouble true try trying turn turned
    twice two type types typical unable under unexpected unique unknown unless unlike until upon upper usage use used useful
    user users uses using usual usually valid value values various version very via wait waiting want wanted wants was way ways
    well went were what whatever when where whether which while who whole whose why will wish with within without work working
    works world worse would wrong yes yet you your zero
"""
_CODE = """
    abc abs add all annotations any append arg argparse args argtypes argument arguments array arrays arr asdict assign attr
    attribute attributes attrs bar basename baz bin bool boolean buf buffer builtin builtins bytes callable callback check
    class classes classmethod cls cmd code collections config configuration content context contextlib copy copyright count
    ctx data dataclass dataclasses date datetime debug decode decorator deepcopy def default defaultdict defaults del delete
    desc deprecated dest detail details dict dictionary dir directories directory dirname dirs div division doc docs docstring
    dtype dump dumps dup eggs elem element elements elif encode encoding entries entry enumerate env environ err error errors
    eval event exc exception exceptions exec exit ext extend extra extras factory field fields file filename filenames files
    filter flag flags float fobj folder folders foo format formatted frozenset func funcs function functions functools getattr
    global glob group groups handle handler handlers hasattr hash header helper helpers hook html idx img impl imp import index
    indexes indices info init initialize inner inp input inputs insert inspect inst instance int integer invalid isdir isfile
    isinstance issubclass item itemgetter items iter iterable iterator itertools join json key keyerror keys keyword kind klass
    kwarg lambda lang language len length lhs lib linux load loaded loader loads local locals lock log logger logging logs loop
    lower lru lstrip makedirs map match maximum message messages meta meth method methods microseconds minimum mkdir mod module
    modules msg mtime mutable namedtuple namespace nonlocal num obj object objects opt opts output outputs overload override
    package packages page parameter parameters param params parent parents parse parsed parser partial path pathlib paths
    pattern pickle platform pop popen popitem pos position pprint pre pred print prod prop properties property python qux raise
    range read readline readlines recursive ref regex regexp release remaining repl repr req res resp rev reverse reversed rhs
    root row rows rstrip sentinel seq sequence setattr setdefault shell shutil simple slice sorted spam spec split splitlines
    src startswith endswith stat static staticmethod status std stderr stdin stdout step str string strings strip stub sub
    subprocess suffix sum super symbol sys system tag tags target targets temp tempfile template temporary text timedelta
    timeout title tmp token tokens traceback tuple tuples typing unicode union unpack update upper utf util utilities utils
    accumulate appendleft base bases bool casefold ceil center chr compile count counter cwd denominator deque divmod dst enter
    errno exclude executable exists expanduser extendleft fileno finalize find flush formatter freeze fromkeys getter getvalue
    head heapq hex install installed insort io isalnum isalpha isdigit isoformat isspace itemsize keyname lineno ljust lookup
    matching max maxsplit mem memo merge min mkstemp mktemp monotonic multi multiline normalize normpath nums offset
    oid ord partition pid pipe popleft predicate propagate pwd readable record records registry
    relpath replace repository reset resolve returncode rfind rindex rjust rpartition rsplit samefile script
    scripts seek setter sid sio skip sleep spawn splitext startup strftime strptime struct struct swap swapcase tail tell
    timeit touch trace translate truncate typ uid unlink unwrap upcoming uuid wrapping writable writelines zfill
    validate val vals valueerror var variable variables vars verbose walk warn warning warnings whitespace window wrap wrapped
    wrapper write writer xrange yield zip bytearray cast ignored itself repo org
"""
_TESTS = """
    assert asserts assertion autouse bogus capfd caplog capsys case cases chdir conftest doctest dummy example expectations
    expected failing fake fixture fixtures fname monkeypatch mock mocked mocker mocks param parametrize patch patched pytest
    raises sample samples setenv setup side skip skipif suite sys teardown temp test tested tester testing tests tmpdir
    unittest warns xfail
"""
_DOCUMENTS = """
    apache author authors autodoc automodule block branch changelog com contact copyright doi edu email faq github gmail hidden
    homepage href html http https intersphinx issue issues latest licence license licensed mail master myst net org overview
    param pdf project pull readme readthedocs ref rst rtd rtype seealso sphinx toctree todo tutorial url urls usr versionadded
    versionchanged website wiki www yaml
"""

PLAIN = frozenset(f"{_ENGLISH} {_CODE} {_TESTS} {_DOCUMENTS}".split())
"""Plain English, what all code says, the frames of tests, and the frames of documents."""


def is_plain(name: str) -> bool:
    """Tell whether a name is made of such words alone, or special to Python or to test runners."""
    return name.startswith(("__", "test")) or PLAIN.issuperset(sub_words(name))
