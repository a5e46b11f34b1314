package com.clawdforge.client.internal.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpHeaders;

/** A successful answer: headers and a JSON object. */
public record JsonAnswer(HttpHeaders headers, ObjectNode body) {}
