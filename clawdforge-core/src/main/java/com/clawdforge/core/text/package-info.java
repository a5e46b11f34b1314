/** Text that a model wrote: {@link com.clawdforge.core.text.ModelText}. */
@NullMarked
package com.clawdforge.core.text;

import org.jspecify.annotations.NullMarked;
