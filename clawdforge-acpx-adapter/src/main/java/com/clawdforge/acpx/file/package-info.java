/**
 * Files around an agent: {@link com.clawdforge.acpx.file.PrivateFiles} makes directories that only
 * the server's user may look into and takes them away again, {@link
 * com.clawdforge.acpx.file.AttachedFile} tells what an attachment is.
 */
@NullMarked
package com.clawdforge.acpx.file;

import org.jspecify.annotations.NullMarked;
