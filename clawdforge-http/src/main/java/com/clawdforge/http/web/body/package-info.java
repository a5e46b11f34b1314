/**
 * Bodies of requests: {@link com.clawdforge.http.web.body.BodyReader} reads JSON, {@link
 * com.clawdforge.http.web.body.Fields} its members by type, and {@link
 * com.clawdforge.http.web.body.Multipart} the parts of a form.
 */
@NullMarked
package com.clawdforge.http.web.body;

import org.jspecify.annotations.NullMarked;
