//! Checks at start that the memory limit of the process is enough for the password hashes.
//!
//! Under the limit of a control group no allocation fails. The kernel kills the process that exceeds it, at any moment. So
//! the server compares both at start.

use auth::{Argon2Cost, hash_threads};
use std::fmt;
use std::fs;
use std::path::{Component, Path, PathBuf};

/// The memory of everything but the hashes, in KiB: the program, its connections, SQLite's caches. A release under load was
/// measured to stay below it.
const BASE_KIB: u64 = 64 * 1024;

/// The address space of everything but the hashes and the program's code: stacks (2 MiB a thread), connections, caches.
const ADDRESS_SPACE_BASE_KIB: u64 = 384 * 1024;

/// The address space that the allocator reserves for each core: eight arenas of 64 MiB (mallopt(3), `M_ARENA_MAX`). Once
/// they have filled the limit, any allocation may fail, and a failed allocation ends the process.
const ARENAS_KIB_PER_CORE: u64 = if cfg!(target_env = "gnu") { 8 * 64 * 1024 } else { 0 };

/// A limit on the memory of the process.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Limit {
    kib: u64,
    /// The source of the limit.
    set_by: String,
    /// The part of it that the hashes cannot use.
    base_kib: u64,
}

/// The memory of the hashes when all threads hash at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Hashes {
    threads: u64,
    kib_each: u64,
}

impl Hashes {
    fn of(cost: Argon2Cost) -> Self {
        Self { threads: Self::threads(), kib_each: u64::from(cost.memory_kib) }
    }

    fn threads() -> u64 {
        u64::try_from(hash_threads()).unwrap_or(u64::MAX)
    }

    fn with(self, base_kib: u64) -> u64 {
        self.threads.saturating_mul(self.kib_each).saturating_add(base_kib)
    }
}

impl fmt::Display for Hashes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { threads, kib_each } = self;
        write!(f, "{threads} password hashes at once (one a core) × {kib_each} KiB (ARGON2_MEMORY_KIB)")
    }
}

/// Compares the memory of hashes of this cost with every limit of the process. Returns the arithmetic of the tightest one.
///
/// # Errors
/// Returns the same arithmetic and the remedies if a limit is too low.
pub(crate) fn check(cost: Argon2Cost) -> Result<String, String> {
    let limits = system::limits(Path::new("/"));
    judge(Hashes::of(cost), limits)
}

fn judge(hashes: Hashes, limits: Vec<Limit>) -> Result<String, String> {
    let needed = |limit: &Limit| hashes.with(limit.base_kib);
    let spare = |limit: &Limit| i128::from(limit.kib) - i128::from(needed(limit));
    let Some(tightest) = limits.into_iter().min_by_key(spare) else {
        return Ok(format!(
            "{hashes} + {BASE_KIB} KiB for the rest = {} KiB, and there is no limit",
            hashes.with(BASE_KIB)
        ));
    };
    let Limit { kib, set_by, base_kib } = &tightest;
    let arithmetic = format!("{hashes} + {base_kib} KiB for the rest = {} KiB", needed(&tightest));
    if spare(&tightest) < 0 {
        return Err(format!(
            "the memory is not enough: {arithmetic}, and the limit is {kib} KiB ({set_by}). Raise the limit, lower \
             ARGON2_MEMORY_KIB, or give the process fewer cores"
        ));
    }
    Ok(format!("{arithmetic}, of {kib} KiB ({set_by})"))
}

#[cfg(not(target_os = "linux"))]
mod system {
    use super::{Limit, Path};

    /// Returns no limits. Only Linux has control groups and enforces a limit on address space.
    pub(super) fn limits(_root: &Path) -> Vec<Limit> {
        Vec::new()
    }
}

#[cfg(target_os = "linux")]
mod system {
    use super::{ADDRESS_SPACE_BASE_KIB, ARENAS_KIB_PER_CORE, BASE_KIB, Component, Hashes, Limit, Path, PathBuf, fs};
    use rustix::process::{Resource, getrlimit};

    /// Returns every limit of this process. `root` contains `/proc` and `/sys`.
    pub(super) fn limits(root: &Path) -> Vec<Limit> {
        let mut limits = of_control_groups(root);
        limits.extend(of_machine(root));
        limits.extend(of_address_space(root));
        limits
    }

    /// Returns the limits of the process's control group and of each group above it (cgroups(7)), in version 2 or 1.
    ///
    /// In a container the path may be the host's, although only the last folder is mounted. The files of the mount
    /// itself then belong to the container.
    pub(super) fn of_control_groups(root: &Path) -> Vec<Limit> {
        let groups = fs::read_to_string(root.join("proc/self/cgroup")).unwrap_or_default();
        let mut limits = Vec::new();
        for line in groups.lines() {
            let mut fields = line.splitn(3, ':');
            let (Some(hierarchy), Some(controllers), Some(path)) = (fields.next(), fields.next(), fields.next()) else {
                continue;
            };
            let (mount, files): (_, &[&str]) = if hierarchy == "0" && controllers.is_empty() {
                // Above `memory.high` the kernel does not kill but slows the process down to a standstill.
                (root.join("sys/fs/cgroup"), &["memory.max", "memory.high"])
            } else if controllers.split(',').any(|controller| controller == "memory") {
                (root.join("sys/fs/cgroup/memory"), &["memory.limit_in_bytes"])
            } else {
                continue;
            };
            for folder in up_to(&mount, path) {
                limits.extend(files.iter().filter_map(|file| limit_in(&folder.join(file))));
            }
        }
        limits
    }

    /// Returns the folder of the group `path` in `mount` and every folder above it, including `mount`.
    fn up_to(mount: &Path, path: &str) -> Vec<PathBuf> {
        let names: Vec<_> = Path::new(path)
            .components()
            .filter_map(|component| if let Component::Normal(name) = component { Some(name) } else { None })
            .collect();
        (0..=names.len()).rev().map(|depth| mount.join(names[..depth].iter().collect::<PathBuf>())).collect()
    }

    /// Reads a limit. `max` means none, and version 1 writes a number larger than any memory instead.
    fn limit_in(file: &Path) -> Option<Limit> {
        let bytes: u64 = fs::read_to_string(file).ok()?.trim().parse().ok()?;
        Some(Limit { kib: bytes / 1024, set_by: file.display().to_string(), base_kib: BASE_KIB })
    }

    /// Returns the memory of the machine.
    pub(super) fn of_machine(root: &Path) -> Option<Limit> {
        let info = fs::read_to_string(root.join("proc/meminfo")).ok()?;
        let kib = |name: &str| -> Option<u64> {
            let line = info.lines().find_map(|line| line.strip_prefix(name))?;
            line.trim_start_matches(':').split_whitespace().next()?.parse().ok()
        };
        let kib = kib("MemTotal")? + kib("SwapTotal").unwrap_or_default();
        Some(Limit { kib, set_by: "this machine's memory and swap".to_owned(), base_kib: BASE_KIB })
    }

    /// Returns the limit of `ulimit -v` (setrlimit(2), `RLIMIT_AS`).
    fn of_address_space(root: &Path) -> Option<Limit> {
        let bytes = getrlimit(Resource::As).current?;
        let arenas_kib = Hashes::threads().saturating_mul(ARENAS_KIB_PER_CORE);
        let base_kib = code_kib(root) + arenas_kib + ADDRESS_SPACE_BASE_KIB;
        Some(Limit { kib: bytes / 1024, set_by: "ulimit -v, RLIMIT_AS".to_owned(), base_kib })
    }

    /// Returns the size of the code of the program and its libraries. All mapped memory would vary with the threads
    /// that have allocated so far.
    fn code_kib(root: &Path) -> u64 {
        let status = fs::read_to_string(root.join("proc/self/status")).unwrap_or_default();
        let kib = |name: &str| -> Option<u64> {
            let line = status.lines().find_map(|line| line.strip_prefix(name))?;
            line.split_whitespace().next()?.parse().ok()
        };
        ["VmExe:", "VmLib:"].into_iter().filter_map(kib).sum()
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    const HASHES: Hashes = Hashes { threads: 2, kib_each: 19_456 };

    /// Creates a tree with these files, as the kernel shows it.
    fn tree(files: &[(&str, &str)]) -> std::io::Result<tempfile::TempDir> {
        let root = tempfile::tempdir()?;
        for (name, text) in files {
            let path = root.path().join(name);
            fs::create_dir_all(path.parent().unwrap_or(root.path()))?;
            fs::write(path, text)?;
        }
        Ok(root)
    }

    /// Returns the limits of control groups in a tree: KiB, and the file inside the tree.
    fn limits(files: &[(&str, &str)]) -> std::io::Result<Vec<(u64, String)>> {
        let root = tree(files)?;
        let prefix = format!("{}/", root.path().display());
        let limits = system::of_control_groups(root.path());
        Ok(limits.into_iter().map(|limit| (limit.kib, limit.set_by.replace(&prefix, ""))).collect())
    }

    #[test]
    fn the_limits_of_a_group_and_of_those_above_it_count() -> std::io::Result<()> {
        let found = limits(&[
            ("proc/self/cgroup", "0::/system.slice/latchkey.service\n"),
            ("sys/fs/cgroup/system.slice/latchkey.service/memory.max", "max\n"),
            ("sys/fs/cgroup/system.slice/latchkey.service/memory.high", "209715200\n"),
            ("sys/fs/cgroup/system.slice/memory.max", "104857600\n"),
            ("sys/fs/cgroup/user.slice/memory.max", "1024\n"),
        ])?;
        let expected = [
            (204_800, "sys/fs/cgroup/system.slice/latchkey.service/memory.high".to_owned()),
            (102_400, "sys/fs/cgroup/system.slice/memory.max".to_owned()),
        ];
        assert_eq!(found, expected);
        Ok(())
    }

    #[test]
    fn a_container_finds_its_limit_at_the_mount() -> std::io::Result<()> {
        let of_version_2 = limits(&[("proc/self/cgroup", "0::/\n"), ("sys/fs/cgroup/memory.max", "104857600\n")])?;
        assert_eq!(of_version_2, [(102_400, "sys/fs/cgroup/memory.max".to_owned())]);
        let outside = limits(&[("proc/self/cgroup", "0::/../x\n"), ("sys/fs/cgroup/memory.max", "1048576\n")])?;
        assert_eq!(outside.first().map(|(kib, _)| *kib), Some(1024));
        let of_version_1 = limits(&[
            ("proc/self/cgroup", "11:cpu,cpuacct:/docker/a1\n7:memory:/docker/a1\n0::/docker/a1\n"),
            ("sys/fs/cgroup/memory/memory.limit_in_bytes", "104857600\n"),
        ])?;
        assert_eq!(of_version_1, [(102_400, "sys/fs/cgroup/memory/memory.limit_in_bytes".to_owned())]);
        assert_eq!(limits(&[])?, []);
        Ok(())
    }

    #[test]
    fn a_small_limit_is_refused_with_the_arithmetic() {
        let limit = |kib, name: &str| Limit { kib, set_by: name.to_owned(), base_kib: BASE_KIB };
        let enough = HASHES.with(BASE_KIB);
        assert_eq!(enough, 2 * 19_456 + 65_536);
        let told = judge(HASHES, vec![limit(u64::MAX, "a"), limit(enough - 1, "b"), limit(enough, "c")]);
        let told = told.expect_err("one KiB short");
        for part in
            ["2 password hashes", "× 19456 KiB (ARGON2_MEMORY_KIB) + 65536 KiB", "= 104448 KiB", "104447 KiB (b)"]
        {
            assert!(told.contains(part), "{part}: {told}");
        }
        let told = judge(HASHES, vec![limit(u64::MAX, "a"), limit(enough, "c")]);
        assert!(told.is_ok_and(|told| told.contains("of 104448 KiB (c)")));
        assert!(judge(HASHES, Vec::new()).is_ok_and(|told| told.contains("there is no limit")));
    }

    #[test]
    fn the_machine_itself_is_a_limit() -> std::io::Result<()> {
        let root =
            tree(&[("proc/meminfo", "MemTotal:         100000 kB\nMemFree: 1 kB\nSwapTotal:        50000 kB\n")])?;
        assert_eq!(system::of_machine(root.path()).map(|limit| limit.kib), Some(150_000));
        Ok(())
    }
}
