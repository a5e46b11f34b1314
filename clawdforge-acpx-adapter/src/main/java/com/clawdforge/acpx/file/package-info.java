/**
 * Files for agents: {@link com.clawdforge.acpx.file.PrivateFiles} creates directories that only the
 * server's user can read, and deletes them again; {@link com.clawdforge.acpx.file.AttachedFile}
 * determines the kind of an attachment.
 */
@NullMarked
package com.clawdforge.acpx.file;

import org.jspecify.annotations.NullMarked;
