package com.clawdforge.client;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpHeaders;

/** A good answer. */
record Reply(HttpHeaders headers, ObjectNode body) {}
