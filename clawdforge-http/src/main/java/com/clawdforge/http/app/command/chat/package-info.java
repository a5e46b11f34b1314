/**
 * Conversations that a person holds on a terminal: {@link
 * com.clawdforge.http.app.command.chat.Chat} asks for lines, sends them as turns and prints the
 * answers.
 */
@NullMarked
package com.clawdforge.http.app.command.chat;

import org.jspecify.annotations.NullMarked;
