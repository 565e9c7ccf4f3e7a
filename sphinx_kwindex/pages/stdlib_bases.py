"""What classes of the standard library define, of those that programs derive from: an override of it has a caller.

The table is frozen, as pages must not depend on the Python that runs the build: names of all supported versions (3.10
to 3.13) together. To bring it up to date, run each version, add what it has more, and take nothing out. A test compares
it with the running version.
"""

from __future__ import annotations

import re
from functools import lru_cache
from graphlib import TopologicalSorter


def members_of(base: str) -> frozenset[str] | None:
    """Return the public members of a class of the standard library, inherited ones too; None if the table lacks it."""
    return _table().get(base)


@lru_cache(maxsize=1)
def _table() -> dict[str, frozenset[str]]:
    rows = {match[1]: (match[2] or "", match[3].split()) for match in _LINE.finditer(_CLASSES)}
    found: dict[str, frozenset[str]] = {}
    for name in TopologicalSorter({name: [base] for name, (base, _) in rows.items()}).static_order():
        if name in rows:
            base, members = rows[name]
            found[name] = found.get(base, frozenset()) | frozenset(members)
    return found


_LINE = re.compile(r"^([\w.]+)(?:\(([\w.]+)\))?:((?:[^\n]|\n )*)$", re.MULTILINE)
"""One class; its further lines start with a blank."""

_CLASSES = """
abc.ABC:
abc.ABCMeta(builtins.type): register
argparse.Action: format_usage
argparse.ArgumentDefaultsHelpFormatter(argparse.HelpFormatter):
argparse.ArgumentParser: add_argument add_argument_group add_mutually_exclusive_group add_subparsers
  convert_arg_line_to_args error exit format_help format_usage get_default parse_args parse_intermixed_args
  parse_known_args parse_known_intermixed_args print_help print_usage register set_defaults
argparse.HelpFormatter: add_argument add_arguments add_text add_usage end_section format_help start_section
argparse.Namespace:
argparse.RawDescriptionHelpFormatter(argparse.HelpFormatter):
ast.NodeTransformer(ast.NodeVisitor):
ast.NodeVisitor: generic_visit visit visit_Constant
asyncio.AbstractServer: abort_clients close close_clients get_loop is_serving serve_forever start_serving
  wait_closed
asyncio.BaseProtocol: connection_lost connection_made pause_writing resume_writing
asyncio.BaseTransport: close get_extra_info get_protocol is_closing set_protocol
asyncio.BufferedProtocol(asyncio.BaseProtocol): buffer_updated eof_received get_buffer
asyncio.CancelledError(builtins.BaseException):
asyncio.DatagramProtocol(asyncio.BaseProtocol): datagram_received error_received
asyncio.DefaultEventLoopPolicy: get_child_watcher get_event_loop new_event_loop set_child_watcher set_event_loop
asyncio.Future: add_done_callback cancel cancelled done exception get_loop remove_done_callback result set_exception
  set_result
asyncio.Protocol(asyncio.BaseProtocol): data_received eof_received
asyncio.Queue: empty full get get_nowait join maxsize put put_nowait qsize shutdown task_done
asyncio.ReadTransport(asyncio.BaseTransport): is_reading pause_reading resume_reading
asyncio.StreamReader: at_eof exception feed_data feed_eof read readexactly readline readuntil set_exception
  set_transport
asyncio.StreamReaderProtocol(asyncio.Protocol):
asyncio.StreamWriter: can_write_eof close drain get_extra_info is_closing start_tls transport wait_closed write
  write_eof writelines
asyncio.SubprocessProtocol(asyncio.BaseProtocol): pipe_connection_lost pipe_data_received process_exited
asyncio.Task(asyncio.Future): cancelling get_context get_coro get_name get_stack print_stack set_name uncancel
asyncio.TimeoutError(builtins.OSError):
asyncio.TimerHandle: cancel cancelled get_context when
asyncio.Transport(asyncio.ReadTransport): abort can_write_eof get_write_buffer_limits get_write_buffer_size
  set_write_buffer_limits write write_eof writelines
asyncio.WriteTransport(asyncio.BaseTransport): abort can_write_eof get_write_buffer_limits get_write_buffer_size
  set_write_buffer_limits write write_eof writelines
builtins.ArithmeticError(builtins.Exception):
builtins.AssertionError(builtins.Exception):
builtins.AttributeError(builtins.Exception): name obj
builtins.BaseException: add_note args with_traceback
builtins.BaseExceptionGroup(builtins.BaseException): derive exceptions message split subgroup
builtins.ConnectionError(builtins.OSError):
builtins.DeprecationWarning(builtins.Warning):
builtins.EOFError(builtins.Exception):
builtins.Exception(builtins.BaseException):
builtins.ExceptionGroup(builtins.BaseExceptionGroup):
builtins.FileNotFoundError(builtins.OSError):
builtins.FutureWarning(builtins.Warning):
builtins.IOError(builtins.Exception): characters_written errno filename filename2 strerror
builtins.ImportError(builtins.Exception): msg name name_from path
builtins.IndexError(builtins.LookupError):
builtins.KeyError(builtins.LookupError):
builtins.KeyboardInterrupt(builtins.BaseException):
builtins.LookupError(builtins.Exception):
builtins.MemoryError(builtins.Exception):
builtins.ModuleNotFoundError(builtins.ImportError):
builtins.NameError(builtins.Exception): name
builtins.NotImplementedError(builtins.RuntimeError):
builtins.OSError(builtins.Exception): characters_written errno filename filename2 strerror
builtins.OverflowError(builtins.ArithmeticError):
builtins.PendingDeprecationWarning(builtins.Warning):
builtins.PermissionError(builtins.OSError):
builtins.RuntimeError(builtins.Exception):
builtins.RuntimeWarning(builtins.Warning):
builtins.StopAsyncIteration(builtins.Exception):
builtins.StopIteration(builtins.Exception): value
builtins.SyntaxError(builtins.Exception): end_lineno end_offset filename lineno msg offset print_file_and_line text
builtins.SyntaxWarning(builtins.Warning):
builtins.SystemExit(builtins.BaseException): code
builtins.TimeoutError(builtins.OSError):
builtins.TypeError(builtins.Exception):
builtins.UnicodeError(builtins.ValueError):
builtins.UserWarning(builtins.Warning):
builtins.ValueError(builtins.Exception):
builtins.Warning(builtins.Exception):
builtins.ZeroDivisionError(builtins.ArithmeticError):
builtins.bytearray: append capitalize center clear copy count decode endswith expandtabs extend find fromhex hex
  index insert isalnum isalpha isascii isdigit islower isspace istitle isupper join ljust lower lstrip maketrans
  partition pop remove removeprefix removesuffix replace reverse rfind rindex rjust rpartition rsplit rstrip split
  splitlines startswith strip swapcase title translate upper zfill
builtins.bytes: capitalize center count decode endswith expandtabs find fromhex hex index isalnum isalpha isascii
  isdigit islower isspace istitle isupper join ljust lower lstrip maketrans partition removeprefix removesuffix
  replace rfind rindex rjust rpartition rsplit rstrip split splitlines startswith strip swapcase title translate
  upper zfill
builtins.classmethod:
builtins.complex: conjugate imag real
builtins.dict: clear copy fromkeys get items keys pop popitem setdefault update values
builtins.float: as_integer_ratio conjugate fromhex hex imag is_integer real
builtins.frozenset: copy difference intersection isdisjoint issubset issuperset symmetric_difference union
builtins.int: as_integer_ratio bit_count bit_length conjugate denominator from_bytes imag is_integer numerator real
  to_bytes
builtins.list: append clear copy count extend index insert pop remove reverse sort
builtins.object:
builtins.property: deleter fdel fget fset getter setter
builtins.set: add clear copy difference difference_update discard intersection intersection_update isdisjoint
  issubset issuperset pop remove symmetric_difference symmetric_difference_update union update
builtins.staticmethod:
builtins.str: capitalize casefold center count encode endswith expandtabs find format format_map index isalnum
  isalpha isascii isdecimal isdigit isidentifier islower isnumeric isprintable isspace istitle isupper join ljust
  lower lstrip maketrans partition removeprefix removesuffix replace rfind rindex rjust rpartition rsplit rstrip
  split splitlines startswith strip swapcase title translate upper zfill
builtins.tuple: count index
builtins.type: mro
cmd.Cmd: cmdloop columnize complete complete_help completedefault completenames default do_help doc_header
  doc_leader emptyline get_names identchars intro lastcmd misc_header nohelp onecmd parseline postcmd postloop
  precmd preloop print_topics prompt ruler undoc_header use_rawinput
code.InteractiveConsole(code.InteractiveInterpreter): interact push raw_input resetbuffer
code.InteractiveInterpreter: runcode runsource showsyntaxerror showtraceback write
codecs.Codec: decode encode
codecs.IncrementalDecoder: decode getstate reset setstate
codecs.IncrementalEncoder: encode getstate reset setstate
codecs.StreamReader(codecs.Codec): charbuffertype read readline readlines reset seek
codecs.StreamWriter(codecs.Codec): reset seek write writelines
collections.ChainMap(collections.abc.MutableMapping): copy fromkeys new_child parents
collections.Counter(builtins.dict): elements most_common subtract total
collections.OrderedDict(builtins.dict): move_to_end
collections.UserDict(collections.abc.MutableMapping): copy fromkeys
collections.UserList(collections.abc.MutableSequence): copy sort
collections.UserString(collections.abc.Sequence): capitalize casefold center encode endswith expandtabs find format
  format_map isalnum isalpha isascii isdecimal isdigit isidentifier islower isnumeric isprintable isspace istitle
  isupper join ljust lower lstrip maketrans partition removeprefix removesuffix replace rfind rindex rjust
  rpartition rsplit rstrip split splitlines startswith strip swapcase title translate upper zfill
collections.abc.AsyncGenerator: aclose asend athrow
collections.abc.AsyncIterable:
collections.abc.AsyncIterator:
collections.abc.Awaitable:
collections.abc.Callable:
collections.abc.Collection:
collections.abc.Container:
collections.abc.Coroutine: close send throw
collections.abc.Generator: close send throw
collections.abc.Hashable:
collections.abc.ItemsView(collections.abc.Set):
collections.abc.Iterable:
collections.abc.Iterator:
collections.abc.KeysView(collections.abc.Set):
collections.abc.Mapping: get items keys values
collections.abc.MappingView:
collections.abc.MutableMapping(collections.abc.Mapping): clear pop popitem setdefault update
collections.abc.MutableSequence(collections.abc.Sequence): append clear extend insert pop remove reverse
collections.abc.MutableSet(collections.abc.Set): add clear discard pop remove
collections.abc.Reversible:
collections.abc.Sequence: count index
collections.abc.Set: isdisjoint
collections.abc.Sized:
collections.abc.ValuesView:
collections.defaultdict(builtins.dict): default_factory
collections.deque: append appendleft clear copy count extend extendleft index insert maxlen pop popleft remove
  reverse rotate
concurrent.futures.Executor: map shutdown submit
concurrent.futures.Future: add_done_callback cancel cancelled done exception result running set_exception set_result
  set_running_or_notify_cancel
concurrent.futures.ProcessPoolExecutor(concurrent.futures.Executor):
concurrent.futures.ThreadPoolExecutor(concurrent.futures.Executor):
configparser.ConfigParser(configparser.RawConfigParser):
configparser.Interpolation: before_get before_read before_set before_write
configparser.RawConfigParser(collections.abc.MutableMapping): BOOLEAN_STATES NONSPACECRE OPTCRE OPTCRE_NV SECTCRE
  add_section converters defaults getboolean getfloat getint has_option has_section options optionxform read
  read_dict read_file read_string readfp remove_option remove_section sections set write
contextlib.AbstractAsyncContextManager:
contextlib.AbstractContextManager:
contextlib.AsyncExitStack: aclose callback enter_async_context enter_context pop_all push push_async_callback
  push_async_exit
contextlib.ContextDecorator:
contextlib.ExitStack: callback close enter_context pop_all push
csv.Dialect: delimiter doublequote escapechar lineterminator quotechar quoting skipinitialspace
csv.DictReader: fieldnames
csv.DictWriter: writeheader writerow writerows
ctypes.Structure:
ctypes.Union:
datetime.date: ctime day fromisocalendar fromisoformat fromordinal fromtimestamp isocalendar isoformat isoweekday
  max min month replace resolution strftime timetuple today toordinal weekday year
datetime.datetime(datetime.date): astimezone combine date dst fold hour microsecond minute now second strptime time
  timestamp timetz tzinfo tzname utcfromtimestamp utcnow utcoffset utctimetuple
datetime.timedelta: days max microseconds min resolution seconds total_seconds
datetime.tzinfo: dst fromutc tzname utcoffset
email.generator.Generator: clone flatten write
email.message.EmailMessage(email.message.Message): add_alternative add_attachment add_related clear clear_content
  get_body get_content is_attachment iter_attachments iter_parts make_alternative make_mixed make_related
  set_content
email.message.Message: add_header as_bytes as_string attach del_param get get_all get_boundary get_charset
  get_charsets get_content_charset get_content_disposition get_content_maintype get_content_subtype get_content_type
  get_default_type get_filename get_param get_params get_payload get_unixfrom is_multipart items keys raw_items
  replace_header set_boundary set_charset set_default_type set_param set_payload set_raw set_type set_unixfrom
  values walk
email.mime.multipart.MIMEMultipart(email.message.Message):
email.mime.text.MIMEText(email.message.Message):
email.policy.Policy: clone cte_type fold fold_binary handle_defect header_fetch_parse header_max_count
  header_source_parse header_store_parse linesep mangle_from_ max_line_length message_factory raise_on_defect
  register_defect verify_generated_headers
enum.Enum: _generate_next_value_ _missing_ name value
enum.EnumMeta(builtins.type):
enum.EnumType(builtins.type):
enum.Flag(enum.Enum):
enum.IntEnum(builtins.int): _generate_next_value_ _missing_ name value
enum.IntFlag(builtins.int): _generate_next_value_ _missing_ name value
enum.StrEnum(builtins.str): _generate_next_value_ _missing_ name value
functools.cached_property:
functools.partial: args func keywords
html.parser.HTMLParser: CDATA_CONTENT_ELEMENTS check_for_whole_start_tag clear_cdata_mode close feed
  get_starttag_text getpos goahead handle_charref handle_comment handle_data handle_decl handle_endtag
  handle_entityref handle_pi handle_startendtag handle_starttag parse_bogus_comment parse_comment parse_declaration
  parse_endtag parse_html_declaration parse_marked_section parse_pi parse_starttag reset set_cdata_mode unknown_decl
  updatepos
http.client.HTTPConnection: auto_open close connect debuglevel default_port endheaders get_proxy_response_headers
  getresponse putheader putrequest request response_class send set_debuglevel set_tunnel
http.client.HTTPResponse(io.BufferedIOBase): begin getcode getheader getheaders geturl info isclosed peek
http.client.HTTPSConnection(http.client.HTTPConnection):
http.cookiejar.CookieJar: add_cookie_header clear clear_expired_cookies clear_session_cookies domain_re dots_re
  extract_cookies magic_re make_cookies non_word_re quote_re set_cookie set_cookie_if_ok set_policy strict_domain_re
http.cookiejar.CookiePolicy: domain_return_ok path_return_ok return_ok set_ok
http.cookiejar.DefaultCookiePolicy(http.cookiejar.CookiePolicy): DomainLiberal DomainRFC2965Match DomainStrict
  DomainStrictNoDots DomainStrictNonDomain allowed_domains blocked_domains is_blocked is_not_allowed
  return_ok_domain return_ok_expires return_ok_port return_ok_secure return_ok_verifiability return_ok_version
  set_allowed_domains set_blocked_domains set_ok_domain set_ok_name set_ok_path set_ok_port set_ok_verifiability
  set_ok_version
http.cookies.Morsel(builtins.dict): OutputString coded_value isReservedKey js_output key output set value
http.cookies.SimpleCookie(builtins.dict): js_output load output value_decode value_encode
http.server.BaseHTTPRequestHandler(socketserver.StreamRequestHandler): MessageClass address_string date_time_string
  default_request_version end_headers error_content_type error_message_format flush_headers handle_expect_100
  handle_one_request log_date_time_string log_error log_message log_request monthname parse_request protocol_version
  responses send_error send_header send_response send_response_only server_version sys_version version_string
  weekdayname
http.server.HTTPServer(socketserver.TCPServer):
http.server.SimpleHTTPRequestHandler(http.server.BaseHTTPRequestHandler): copyfile do_GET do_HEAD extensions_map
  guess_type index_pages list_directory send_head translate_path
http.server.ThreadingHTTPServer(socketserver.ThreadingMixIn): address_family allow_reuse_address allow_reuse_port
  close_request fileno finish_request get_request handle_error handle_request handle_timeout request_queue_size
  serve_forever server_activate server_bind service_actions shutdown shutdown_request socket_type timeout
  verify_request
importlib.abc.FileLoader(importlib.abc.InspectLoader): get_data get_filename get_resource_reader
importlib.abc.InspectLoader(importlib.abc.Loader): exec_module get_code get_source is_package source_to_code
importlib.abc.Loader: create_module load_module module_repr
importlib.abc.MetaPathFinder: find_module invalidate_caches
importlib.abc.SourceLoader(importlib.abc.InspectLoader): get_data get_filename path_mtime path_stats set_data
io.BufferedIOBase(io.IOBase): detach read read1 readinto readinto1 write
io.BufferedRandom: close closed detach fileno flush isatty mode name peek raw read read1 readable readinto readinto1
  readline readlines seek seekable tell truncate writable write writelines
io.BufferedReader: close closed detach fileno flush isatty mode name peek raw read read1 readable readinto readinto1
  readline readlines seek seekable tell truncate writable write writelines
io.BufferedWriter: close closed detach fileno flush isatty mode name raw read read1 readable readinto readinto1
  readline readlines seek seekable tell truncate writable write writelines
io.BytesIO: close closed detach fileno flush getbuffer getvalue isatty read read1 readable readinto readinto1
  readline readlines seek seekable tell truncate writable write writelines
io.FileIO: close closed closefd fileno flush isatty mode read readable readall readinto readline readlines seek
  seekable tell truncate writable write writelines
io.IOBase: close closed fileno flush isatty readable readline readlines seek seekable tell truncate writable
  writelines
io.RawIOBase(io.IOBase): read readall readinto write
io.StringIO: close closed detach encoding errors fileno flush getvalue isatty line_buffering newlines read readable
  readline readlines seek seekable tell truncate writable write writelines
io.TextIOBase(io.IOBase): detach encoding errors newlines read write
io.TextIOWrapper: buffer close closed detach encoding errors fileno flush isatty line_buffering name newlines read
  readable readline readlines reconfigure seek seekable tell truncate writable write write_through writelines
json.JSONDecodeError(builtins.ValueError):
json.JSONDecoder: decode raw_decode
json.JSONEncoder: default encode item_separator iterencode key_separator
logging.FileHandler(logging.StreamHandler):
logging.Filter: filter
logging.Formatter: converter default_msec_format default_time_format format formatException formatMessage
  formatStack formatTime usesTime
logging.Handler: acquire addFilter close createLock emit filter flush format get_name handle handleError name
  release removeFilter setFormatter setLevel set_name
logging.LogRecord: getMessage
logging.Logger: addFilter addHandler callHandlers critical debug error exception fatal filter findCaller getChild
  getChildren getEffectiveLevel handle hasHandlers info isEnabledFor log makeRecord manager removeFilter
  removeHandler root setLevel warn warning
logging.LoggerAdapter: critical debug error exception getEffectiveLevel hasHandlers info isEnabledFor log manager
  name process setLevel warn warning
logging.StreamHandler(logging.Handler): setStream terminator
logging.handlers.BufferingHandler(logging.Handler): shouldFlush
logging.handlers.MemoryHandler(logging.handlers.BufferingHandler): setTarget
logging.handlers.QueueHandler(logging.Handler): enqueue prepare
logging.handlers.RotatingFileHandler(logging.FileHandler): doRollover namer rotate rotation_filename rotator
  shouldRollover
logging.handlers.SocketHandler(logging.Handler): createSocket makePickle makeSocket send
logging.handlers.SysLogHandler(logging.Handler): LOG_ALERT LOG_AUTH LOG_AUTHPRIV LOG_CONSOLE LOG_CRIT LOG_CRON
  LOG_DAEMON LOG_DEBUG LOG_EMERG LOG_ERR LOG_FTP LOG_INFO LOG_KERN LOG_LOCAL0 LOG_LOCAL1 LOG_LOCAL2 LOG_LOCAL3
  LOG_LOCAL4 LOG_LOCAL5 LOG_LOCAL6 LOG_LOCAL7 LOG_LPR LOG_MAIL LOG_NEWS LOG_NOTICE LOG_NTP LOG_SECURITY LOG_SOLCRON
  LOG_SYSLOG LOG_USER LOG_UUCP LOG_WARNING append_nul createSocket encodePriority facility_names ident mapPriority
  priority_map priority_names
multiprocessing.Process: authkey close daemon exitcode ident is_alive join kill name pid run sentinel start
  terminate
multiprocessing.managers.BaseManager: address connect get_server join register start
multiprocessing.managers.SyncManager(multiprocessing.managers.BaseManager): Array Barrier BoundedSemaphore Condition
  Event JoinableQueue Lock Namespace Pool Queue RLock Semaphore Value dict list
optparse.HelpFormatter: NO_DEFAULT_VALUE dedent expand_default format_description format_epilog format_heading
  format_option format_option_strings format_usage indent set_long_opt_delimiter set_parser set_short_opt_delimiter
  store_option_strings
optparse.Option: ACTIONS ALWAYS_TYPED_ACTIONS ATTRS CHECK_METHODS CONST_ACTIONS STORE_ACTIONS TYPED_ACTIONS TYPES
  TYPE_CHECKER check_value convert_value get_opt_string process take_action takes_value
optparse.OptionParser: add_option add_option_group add_options check_values destroy disable_interspersed_args
  enable_interspersed_args error exit expand_prog_name format_description format_epilog format_help
  format_option_help get_default_values get_description get_option get_option_group get_prog_name get_usage
  get_version has_option parse_args print_help print_usage print_version remove_option set_conflict_handler
  set_default set_defaults set_description set_process_default_values set_usage standard_option_list
os.PathLike:
pathlib.Path(pathlib.PurePath): absolute chmod cwd exists expanduser from_uri glob group hardlink_to home
  is_block_device is_char_device is_dir is_fifo is_file is_junction is_mount is_socket is_symlink iterdir lchmod
  link_to lstat mkdir open owner read_bytes read_text readlink rename replace resolve rglob rmdir samefile stat
  symlink_to touch unlink walk write_bytes write_text
pathlib.PosixPath(pathlib.Path):
pathlib.PurePath: anchor as_posix as_uri drive full_match is_absolute is_relative_to is_reserved joinpath match name
  parent parents parser parts relative_to root stem suffix suffixes with_name with_segments with_stem with_suffix
pathlib.PurePosixPath(pathlib.PurePath):
pickle.Pickler: bin clear_memo dispatch_table dump fast memo persistent_id
pickle.Unpickler: find_class load memo persistent_load
pprint.PrettyPrinter: format isreadable isrecursive pformat pprint
queue.LifoQueue(queue.Queue):
queue.PriorityQueue(queue.Queue):
queue.Queue: empty full get get_nowait join put put_nowait qsize shutdown task_done
random.Random: VERSION betavariate binomialvariate choice choices expovariate gammavariate gauss getrandbits
  getstate lognormvariate normalvariate paretovariate randbytes randint random randrange sample seed setstate
  shuffle triangular uniform vonmisesvariate weibullvariate
sched.scheduler: cancel empty enter enterabs queue run
selectors.BaseSelector: close get_key get_map modify register select unregister
shlex.shlex: error_leader get_token pop_source punctuation_chars push_source push_token read_token sourcehook
smtplib.SMTP: auth auth_cram_md5 auth_login auth_plain close connect data debuglevel default_port docmd does_esmtp
  ehlo ehlo_msg ehlo_or_helo_if_needed ehlo_resp expn file getreply has_extn helo helo_resp help login mail noop
  putcmd quit rcpt rset send send_message sendmail set_debuglevel sock starttls verify vrfy
socket.socket: accept bind close connect connect_ex detach dup family fileno get_inheritable getblocking getpeername
  getsockname getsockopt gettimeout listen makefile proto recv recv_into recvfrom recvfrom_into recvmsg recvmsg_into
  send sendall sendfile sendmsg sendmsg_afalg sendto set_inheritable setblocking setsockopt settimeout shutdown
  timeout type
socketserver.BaseRequestHandler: finish handle setup
socketserver.BaseServer: close_request finish_request handle_error handle_request handle_timeout process_request
  serve_forever server_activate server_close service_actions shutdown shutdown_request timeout verify_request
socketserver.DatagramRequestHandler(socketserver.BaseRequestHandler):
socketserver.StreamRequestHandler(socketserver.BaseRequestHandler): disable_nagle_algorithm rbufsize timeout
  wbufsize
socketserver.TCPServer(socketserver.BaseServer): address_family allow_reuse_address allow_reuse_port fileno
  get_request request_queue_size server_bind socket_type
socketserver.ThreadingMixIn: block_on_close daemon_threads process_request process_request_thread server_close
socketserver.ThreadingTCPServer(socketserver.ThreadingMixIn): address_family allow_reuse_address allow_reuse_port
  close_request fileno finish_request get_request handle_error handle_request handle_timeout request_queue_size
  serve_forever server_activate server_bind service_actions shutdown shutdown_request socket_type timeout
  verify_request
socketserver.UDPServer(socketserver.TCPServer): max_packet_size
sqlite3.Connection: DataError DatabaseError Error IntegrityError InterfaceError InternalError NotSupportedError
  OperationalError ProgrammingError Warning autocommit backup blobopen close commit create_aggregate
  create_collation create_function create_window_function cursor deserialize execute executemany executescript
  getconfig getlimit in_transaction interrupt isolation_level iterdump rollback row_factory serialize set_authorizer
  set_progress_handler set_trace_callback setconfig setlimit text_factory total_changes
sqlite3.Cursor: arraysize close connection description execute executemany executescript fetchall fetchmany fetchone
  lastrowid row_factory rowcount setinputsizes setoutputsize
sqlite3.Row: keys
string.Formatter: check_unused_args convert_field format format_field get_field get_value parse vformat
string.Template: braceidpattern delimiter flags get_identifiers idpattern is_valid pattern safe_substitute
  substitute
subprocess.Popen: communicate kill poll send_signal terminate universal_newlines wait
tempfile.SpooledTemporaryFile(io.IOBase): detach encoding errors mode name newlines read read1 readinto readinto1
  rollover write
tempfile.TemporaryDirectory: cleanup
threading.Condition: notify notifyAll notify_all wait wait_for
threading.Event: clear isSet is_set set wait
threading.Semaphore: acquire release
threading.Thread: daemon getName ident isDaemon is_alive join name native_id run setDaemon setName start
threading.Timer(threading.Thread): cancel
threading.local:
types.ModuleType:
types.SimpleNamespace:
typing.Generic:
typing.NamedTuple:
typing.Protocol:
typing.TypedDict:
typing_extensions.Generic:
typing_extensions.NamedTuple:
typing_extensions.Protocol:
typing_extensions.TypedDict:
unittest.IsolatedAsyncioTestCase(unittest.TestCase): addAsyncCleanup asyncSetUp asyncTearDown enterAsyncContext
  loop_factory
unittest.TestCase: addClassCleanup addCleanup addTypeEqualityFunc countTestCases debug defaultTestResult
  doClassCleanups doCleanups enterClassContext enterContext id longMessage maxDiff run setUp setUpClass
  shortDescription skipTest subTest tearDown tearDownClass
unittest.TestLoader: discover getTestCaseNames loadTestsFromModule loadTestsFromName loadTestsFromNames
  loadTestsFromTestCase sortTestMethodsUsing suiteClass testMethodPrefix testNamePatterns
unittest.TestResult: addDuration addError addExpectedFailure addFailure addSkip addSubTest addSuccess
  addUnexpectedSuccess printErrors startTest startTestRun stop stopTest stopTestRun wasSuccessful
unittest.TestSuite: addTest addTests countTestCases debug run
unittest.TextTestResult(unittest.TestResult): getDescription printErrorList separator1 separator2
unittest.TextTestRunner: resultclass run
unittest.mock.MagicMock(unittest.mock.Mock):
unittest.mock.Mock: attach_mock call_args call_args_list call_count called configure_mock mock_add_spec mock_calls
  reset_mock return_value side_effect
urllib.request.BaseHandler: add_parent close handler_order
urllib.request.HTTPHandler(urllib.request.BaseHandler): do_open do_request_ http_open http_request
  set_http_debuglevel
urllib.request.HTTPRedirectHandler(urllib.request.BaseHandler): http_error_301 http_error_302 http_error_303
  http_error_307 http_error_308 inf_msg max_redirections max_repeats redirect_request
urllib.request.HTTPSHandler(urllib.request.BaseHandler): do_open do_request_ https_open https_request
  set_http_debuglevel
urllib.request.OpenerDirector: add_handler close error open
urllib.request.Request: add_header add_unredirected_header data full_url get_full_url get_header get_method
  has_header has_proxy header_items remove_header set_proxy
urllib.robotparser.RobotFileParser: can_fetch crawl_delay modified mtime parse read request_rate set_url site_maps
weakref.WeakKeyDictionary(collections.abc.MutableMapping): copy keyrefs
weakref.WeakSet: add clear copy difference difference_update discard intersection intersection_update isdisjoint
  issubset issuperset pop remove symmetric_difference symmetric_difference_update union update
weakref.WeakValueDictionary(collections.abc.MutableMapping): copy itervaluerefs valuerefs
weakref.ref:
wsgiref.handlers.BaseHandler: add_cgi_vars bytes_sent cleanup_headers client_is_modern close error_body
  error_headers error_output error_status finish_content finish_response get_scheme get_stderr get_stdin
  handle_error headers headers_class headers_sent http_version log_exception origin_server os_environ result
  result_is_file run send_headers send_preamble sendfile server_software set_content_length setup_environ
  start_response status traceback_limit write wsgi_file_wrapper wsgi_multiprocess wsgi_multithread wsgi_run_once
  wsgi_version
wsgiref.simple_server.WSGIRequestHandler(http.server.BaseHTTPRequestHandler): get_environ get_stderr
wsgiref.simple_server.WSGIServer(http.server.HTTPServer): application get_app set_app setup_environ
xml.sax.ContentHandler: characters endDocument endElement endElementNS endPrefixMapping ignorableWhitespace
  processingInstruction setDocumentLocator skippedEntity startDocument startElement startElementNS
  startPrefixMapping
xml.sax.handler.ContentHandler: characters endDocument endElement endElementNS endPrefixMapping ignorableWhitespace
  processingInstruction setDocumentLocator skippedEntity startDocument startElement startElementNS
  startPrefixMapping
xml.sax.saxutils.XMLGenerator(xml.sax.handler.ContentHandler):
xmlrpc.client.ServerProxy:
xmlrpc.client.Transport: accept_gzip_encoding close encode_threshold get_host_info getparser make_connection
  parse_response request send_content send_headers send_request single_request user_agent
xmlrpc.server.SimpleXMLRPCServer(socketserver.TCPServer): register_function register_instance
  register_introspection_functions register_multicall_functions system_listMethods system_methodHelp
  system_methodSignature system_multicall
zoneinfo.ZoneInfo(datetime.tzinfo): clear_cache from_file key no_cache
"""
"""Each class with the class that it inherits from, if that is in the table, and what it defines beside that."""
