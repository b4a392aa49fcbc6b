"""The walls of the cage: what the kernel takes away from a process for good.

Each wall is tried and reported, for not every kernel or container allows each. Runs inside the
cage, so it knows nothing of Django. Linux only; elsewhere nothing but the limits stands.

There are two cages: one for pictures, whose decoders are loaded before the walls close (`shut_in`, `close_the_door`),
and one for films and sound, whose program has yet to be started (`shut_in_with`).
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import signal
import stat
import struct
import tempfile
from collections.abc import Sequence

NOBODY = 65_534

MEMORY = 1_500 * 2**20  # bytes of address space; a picture of 150 million pixels takes a gigabyte
OUTPUT = 64 * 2**20  # bytes a file may grow to
FILES = 32

_CLONE_NEWUTS, _CLONE_NEWIPC, _CLONE_NEWUSER, _CLONE_NEWNET = 0x04000000, 0x08000000, 0x10000000, 0x40000000
_CLONE_THREAD = 0x00010000
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 4, 22, 38
_SECCOMP_MODE_FILTER = 2

_libc = ctypes.CDLL(None, use_errno=True)


def shut_in() -> list[str]:
    """Take away the network, the files and the rights of this process and of all it starts; say what stands.

    Only for a process that has opened and loaded everything it will ever need.
    """
    walls = []
    _volunteer_for_the_oom_killer()
    with tempfile.TemporaryDirectory(prefix="snowdrop-", ignore_cleanup_errors=True) as empty:
        above = os.open(os.path.dirname(empty), os.O_RDONLY | os.O_DIRECTORY)  # noqa: PTH120 - before chroot
        try:
            walls += _leave_the_network()
            try:
                os.chroot(empty)
                os.chdir("/")
                walls.append("no files")
                # The folder we stand in has no name any more, so nothing can be put into it.
                os.rmdir(os.path.basename(empty), dir_fd=above)  # noqa: PTH119
            except (OSError, AttributeError):
                pass  # the filter of system calls below forbids opening files as well
        finally:
            os.close(above)
    walls += _become_nobody()
    if _prctl(_PR_SET_NO_NEW_PRIVS, 1):
        walls.append("no new rights")
    _prctl(_PR_SET_DUMPABLE, 0)  # others of the same user can neither trace nor read it
    return walls


def shut_in_with(program: int, folders: Sequence[str]) -> list[str]:
    """Take the same away from a process that has yet to start `program`, an open descriptor; say what stands.

    It may read in `folders`, where the system's libraries are, and nowhere else.
    """
    _volunteer_for_the_oom_killer()
    walls = _leave_the_network()
    if _see_only(program, folders):
        walls.append("no files")
    # Whoever is root may start what belongs to root alone; nobody may not.
    if os.geteuid() != 0 or os.fstat(program).st_mode & 0o005 == 0o005:
        walls += _become_nobody()
    if _prctl(_PR_SET_NO_NEW_PRIVS, 1):
        walls.append("no new rights")
    return walls


def die_with_parent(parent: int) -> None:
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before we asked
        os._exit(1)


def limit(cpu_seconds: int, *, memory: int = MEMORY, output: int = OUTPUT) -> None:
    """Bound the seconds of computing, the bytes of address space and the bytes a file may grow to."""
    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, output),
        (resource.RLIMIT_NOFILE, FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))


def close_the_door(*, to_start: bool = False) -> bool:
    """Leave this process only the system calls that computing and writing its answer take.

    All others fail with EPERM: opening a file, making a socket, starting a program or a process,
    sending a signal to another. `to_start` leaves those with which a program is started that is open already, and
    with which it opens its libraries, to read them. Returns whether the kernel agreed.
    """
    machine = _MACHINES.get(platform.machine())
    if machine is None or not _prctl(_PR_SET_NO_NEW_PRIVS, 1):
        return False
    code = _filter(*machine, to_start=to_start)
    array = ctypes.create_string_buffer(code, len(code))

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_void_p))

    program = Program(len(code) // 8, ctypes.addressof(array))
    return _prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.addressof(program))


def _prctl(what: int, first: int, second: int = 0) -> bool:
    try:
        call = _libc.prctl
    except AttributeError:
        return False
    return call(what, ctypes.c_ulong(first), ctypes.c_ulong(second), ctypes.c_ulong(0), ctypes.c_ulong(0)) == 0


def _volunteer_for_the_oom_killer() -> None:
    try:
        with open("/proc/self/oom_score_adj", "w") as file:  # noqa: PTH123
            file.write("1000")
    except OSError:
        pass


def _leave_the_network() -> list[str]:
    spaces = _CLONE_NEWNET | _CLONE_NEWIPC | _CLONE_NEWUTS
    # Whoever is not root may make a network of its own only inside a user namespace of its own.
    # Root tries without one, so that it can still become another user below.
    tries = [spaces] if os.geteuid() == 0 else [spaces | _CLONE_NEWUSER]
    try:
        unshare = _libc.unshare
    except AttributeError:
        return []
    return ["no network"] if any(unshare(flags) == 0 for flags in tries) else []


def _become_nobody() -> list[str]:
    if os.geteuid() != 0:
        # In a user namespace we still hold its rights; nothing here needs one.
        return ["no rights"] if _drop_capabilities() else []
    try:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
    except OSError:
        return []
    return ["another user"]


def _drop_capabilities() -> bool:
    try:
        capset = _libc.capset
    except AttributeError:
        return False
    header = ctypes.create_string_buffer(struct.pack("=Ii", 0x20080522, 0), 8)  # version 3, this process
    return capset(header, ctypes.create_string_buffer(bytes(24), 24)) == 0


# --- Landlock: what of the files is seen ----------------------------------------------------------
# Source: linux/landlock.h; the numbers of its calls are the same on every machine.

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_PATH_BENEATH, _TELL_VERSION = 1, 1
_EXECUTE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 2, 1 << 3
_ALL_OF_FILES = (1 << 13) - 1  # every right that the first version knows; later ones add to it


def _see_only(program: int, folders: Sequence[str]) -> bool:
    """Let this process read and start what lies in `folders`, and `program`; return whether the kernel agreed."""
    try:
        call = _libc.syscall
    except AttributeError:
        return False
    version = call(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(_TELL_VERSION))
    if version < 1:
        return False
    handled = _ALL_OF_FILES | (1 << 13 if version >= 2 else 0) | (1 << 14 if version >= 3 else 0)
    asked = ctypes.create_string_buffer(struct.pack("=Q", handled), 8)
    rules = call(_CREATE_RULESET, asked, ctypes.c_size_t(8), ctypes.c_uint32(0))
    if rules < 0:
        return False
    try:
        for folder in folders:
            try:
                opened = os.open(folder, os.O_PATH | os.O_CLOEXEC)
            except FileNotFoundError:
                continue
            try:
                if not _allow(rules, opened):
                    return False
            finally:
                os.close(opened)
        if not _allow(rules, program):
            return False
        _prctl(_PR_SET_NO_NEW_PRIVS, 1)
        return bool(call(_RESTRICT_SELF, ctypes.c_int(rules), ctypes.c_uint32(0)) == 0)
    finally:
        os.close(rules)


def _allow(rules: int, beneath: int) -> bool:
    is_folder = stat.S_ISDIR(os.fstat(beneath).st_mode)
    rights = _EXECUTE | _READ_FILE | (_READ_DIR if is_folder else 0)
    rule = ctypes.create_string_buffer(struct.pack("=Qi", rights, beneath), 12)
    none = ctypes.c_uint32(0)
    return bool(_libc.syscall(_ADD_RULE, ctypes.c_int(rules), ctypes.c_int(_PATH_BENEATH), rule, none) == 0)


# --- The filter of system calls -----------------------------------------------------------------
# Classic BPF: load a word, compare, jump. Source: linux/filter.h, linux/seccomp.h, seccomp(2).

_LOAD, _JUMP_EQUAL, _JUMP_SET, _RETURN = 0x20, 0x15, 0x45, 0x06
_ALLOW, _KILL, _EPERM, _ENOSYS = 0x7FFF0000, 0x80000000, 0x00050000 | 1, 0x00050000 | 38
_NUMBER, _MACHINE, _FIRST_ARGUMENT, _THIRD_ARGUMENT = 0, 4, 16, 32  # offsets in struct seccomp_data

# name: (x86_64, aarch64). Source: asm/unistd_64.h, asm-generic/unistd.h.
_ALLOWED: dict[str, tuple[int, int | None]] = {
    "read": (0, 63), "pread64": (17, 67), "readv": (19, 65), "lseek": (8, 62), "fstat": (5, 80),
    "newfstatat": (262, 79), "write": (1, 64), "writev": (20, 66), "pwrite64": (18, 68), "ftruncate": (77, 46),
    "close": (3, 57), "dup": (32, 23), "fcntl": (72, 25), "pipe2": (293, 59), "eventfd2": (290, 19),
    "poll": (7, None), "ppoll": (271, 73), "mmap": (9, 222), "munmap": (11, 215), "mprotect": (10, 226),
    "mremap": (25, 216), "madvise": (28, 233), "brk": (12, 214), "futex": (202, 98), "sched_yield": (24, 124),
    "sched_getaffinity": (204, 123), "sched_setaffinity": (203, 122), "set_robust_list": (273, 99),
    "rseq": (334, 293), "set_tid_address": (218, 96), "gettid": (186, 178), "getpid": (39, 172),
    "getppid": (110, 173), "getuid": (102, 174), "geteuid": (107, 175), "getgid": (104, 176),
    "getegid": (108, 177), "exit": (60, 93), "exit_group": (231, 94), "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135), "rt_sigreturn": (15, 139), "sigaltstack": (131, 132),
    "restart_syscall": (219, 128), "clock_gettime": (228, 113), "clock_getres": (229, 114),
    "clock_nanosleep": (230, 115), "nanosleep": (35, 101), "gettimeofday": (96, 169), "getrandom": (318, 278),
    "getrusage": (98, 165), "sysinfo": (99, 179), "uname": (63, 160), "getcpu": (309, 168), "prctl": (157, 167),
    "prlimit64": (302, 261), "membarrier": (324, 283),
}  # fmt: skip
_CLONE, _CLONE3, _TGKILL = (56, 220), (435, 435), (234, 131)


# What a program takes to start: to find its libraries, and to ask the system what it is.
_TO_START: dict[str, tuple[int | None, int | None]] = {
    "execveat": (322, 281), "arch_prctl": (158, None), "access": (21, None), "faccessat": (269, 48),
    "readlink": (89, None), "readlinkat": (267, 78), "stat": (4, None), "statx": (332, 291), "ioctl": (16, 29),
    "dup2": (33, None), "dup3": (292, 24), "select": (23, None), "pselect6": (270, 72), "times": (100, 153),
    "set_mempolicy": (238, 237), "get_mempolicy": (239, 236), "sched_getparam": (143, 121),
    "sched_getscheduler": (145, 120), "sched_setscheduler": (144, 119), "pipe": (22, None),
}  # fmt: skip
_OPENAT = (257, 56)
_TO_WRITE = 0o1 | 0o2 | 0o100 | 0o1000 | 0o2000  # O_WRONLY, O_RDWR, O_CREAT, O_TRUNC, O_APPEND; alike on both


# machine: (what the kernel calls it, its column above). Source: linux/audit.h.
_MACHINES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}


def _filter(machine: int, column: int, *, to_start: bool = False) -> bytes:
    code: list[tuple[int, int, int, int]] = [  # operation, jump if true, jump if false, operand
        (_LOAD, 0, 0, _MACHINE),
        (_JUMP_EQUAL, 1, 0, machine),
        (_RETURN, 0, 0, _KILL),  # 32-bit calls have other numbers
        (_LOAD, 0, 0, _NUMBER),
    ]
    for numbers in [*_ALLOWED.values(), *(_TO_START.values() if to_start else ())]:
        if (number := numbers[column]) is not None:
            code += [(_JUMP_EQUAL, 0, 1, number), (_RETURN, 0, 0, _ALLOW)]
    if to_start:
        code += [
            (_JUMP_EQUAL, 0, 4, _OPENAT[column]),  # to read; what may be read is said by `_see_only`
            (_LOAD, 0, 0, _THIRD_ARGUMENT),
            (_JUMP_SET, 0, 1, _TO_WRITE),
            (_RETURN, 0, 0, _EPERM),
            (_RETURN, 0, 0, _ALLOW),
        ]
    code += [
        # Its flags lie in memory, where a filter cannot look; told that it is unknown, libc uses `clone`.
        (_JUMP_EQUAL, 0, 1, _CLONE3[column]),
        (_RETURN, 0, 0, _ENOSYS),
        (_JUMP_EQUAL, 0, 4, _CLONE[column]),  # a thread, but no process
        (_LOAD, 0, 0, _FIRST_ARGUMENT),
        (_JUMP_SET, 0, 1, _CLONE_THREAD),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _EPERM),
        (_JUMP_EQUAL, 0, 3, _TGKILL[column]),  # how abort() ends itself; nobody else
        (_LOAD, 0, 0, _FIRST_ARGUMENT),
        (_JUMP_EQUAL, 0, 1, os.getpid()),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _EPERM),
    ]
    return b"".join(struct.pack("=HBBI", *line) for line in code)
