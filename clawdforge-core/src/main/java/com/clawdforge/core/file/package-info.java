/**
 * Files that apps hand in for their runs. Entry type is {@link
 * com.clawdforge.core.file.FileService}; they are kept behind {@link
 * com.clawdforge.core.file.FileStore}.
 */
@NullMarked
package com.clawdforge.core.file;

import org.jspecify.annotations.NullMarked;
