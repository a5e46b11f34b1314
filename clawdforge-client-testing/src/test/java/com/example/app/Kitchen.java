package com.example.app;

import com.clawdforge.client.ForgeApiException;
import com.clawdforge.client.ForgeClient;
import com.clawdforge.client.RunRequest;
import com.clawdforge.client.Session;
import com.clawdforge.client.TurnEvent;
import com.clawdforge.client.TurnStream;
import java.util.List;
import java.util.function.Consumer;

final class Kitchen {
  private final ForgeClient forge;

  Kitchen(ForgeClient forge) {
    this.forge = forge;
  }

  record Recipe(String name, List<String> steps) {}

  Recipe recipe(String dish) {
    return forge.run(RunRequest.of("How do I make " + dish + "?"), Recipe.class);
  }

  String tip() {
    try {
      return forge.run("A tip for cooks, please.").asText();
    } catch (ForgeApiException e) {
      return "No tip today.";
    }
  }

  void chat(List<String> questions, Consumer<String> screen) {
    try (Session session = forge.session()) {
      for (String question : questions) {
        try (TurnStream turn = session.stream(question)) {
          for (TurnEvent event : turn) {
            if (event instanceof TurnEvent.Text text) {
              screen.accept(text.text());
            }
          }
        }
      }
    }
  }
}
