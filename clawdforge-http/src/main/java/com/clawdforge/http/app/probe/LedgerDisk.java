package com.clawdforge.http.app.probe;

import static com.clawdforge.http.app.probe.Check.fault;
import static com.clawdforge.http.app.probe.Check.note;
import static com.clawdforge.http.app.probe.Check.ok;

import com.clawdforge.http.app.config.ProgramName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;

/**
 * Whether the ledger's disk is one of this machine. SQLite's write-ahead log is shared memory: it
 * needs all processes on one machine, and locks that hold between them (sqlite.org/wal.html).
 */
final class LedgerDisk {
  private static final Set<String> NETWORK =
      Set.of(
          "nfs",
          "nfs4",
          "cifs",
          "smb",
          "smb2",
          "smb3",
          "smbfs",
          "afs",
          "ncpfs",
          "ceph",
          "lustre",
          "gpfs",
          "glusterfs",
          "ocfs2",
          "gfs2",
          "webdav",
          "afpfs");

  /** File systems of a host that a virtual machine or a container sees through a server. */
  private static final Set<String> SHARED = Set.of("9p", "virtiofs", "drvfs", "vboxsf", "prl_fs");

  private LedgerDisk() {}

  static Check.Finding look(Path dataDir) {
    try {
      return of(dataDir, Files.getFileStore(existing(dataDir)).type());
    } catch (IOException e) {
      return note(
          "the file system of " + dataDir + " does not say what it is: " + e.getMessage(),
          "the ledger needs a local disk");
    }
  }

  static Check.Finding of(Path dataDir, String type) {
    String kind = type.toLowerCase(Locale.ROOT);
    if (NETWORK.contains(kind)
        || NETWORK.contains(kind.replaceFirst("^fuse\\.", ""))
        || kind.equals("fuse.sshfs")
        || kind.equals("fuse.rclone")) {
      return fault(
          dataDir + " is on a network share (" + type + "), and the ledger needs a local disk",
          "set CLAWDFORGE_DATA_DIR to one; copies of the ledger for the share: "
              + ProgramName.typed("backup"));
    }
    if (SHARED.contains(kind) || kind.startsWith("fuse")) {
      return note(
          dataDir
              + " is on "
              + type
              + ", whose locks may not hold between two machines or two mounts",
          "use a local disk, and never start two servers on this folder");
    }
    return ok(type);
  }

  private static Path existing(Path folder) {
    Path at = folder;
    while (!Files.exists(at) && at.getParent() != null) {
      at = at.getParent();
    }
    return at;
  }
}
