/** Keyset paging: lists are newest first and a page costs the same however long the list is. */
@NullMarked
package com.clawdforge.core.page;

import org.jspecify.annotations.NullMarked;
