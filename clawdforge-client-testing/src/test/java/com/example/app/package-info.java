/** The example of the README: an app and its test, as they would be outside of this project. */
@NullMarked
package com.example.app;

import org.jspecify.annotations.NullMarked;
