/**
 * Files that apps upload for their runs and turns. Entry type is {@link
 * com.clawdforge.core.file.FileService}; {@link com.clawdforge.core.file.FileStore} stores them.
 */
@NullMarked
package com.clawdforge.core.file;

import org.jspecify.annotations.NullMarked;
