package com.clawdforge.http;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
    packages = "com.clawdforge.http",
    importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
  @ArchTest
  static final ArchRule only_the_program_puts_adapters_behind_their_ports =
      noClasses()
          .that()
          .resideOutsideOfPackage("com.clawdforge.http.app..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "com.clawdforge.acpx..", "com.clawdforge.sqlite..", "com.clawdforge.client..");

  @ArchTest
  static final ArchRule nothing_uses_the_internals_of_the_client =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAPackage("com.clawdforge.client.internal..");

  @ArchTest
  static final ArchRule the_program_leaves_http_to_the_server =
      noClasses()
          .that()
          .resideInAPackage("com.clawdforge.http.app..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.javalin..", "jakarta.servlet..", "org.eclipse.jetty..");

  @ArchTest
  static final ArchRule only_the_metrics_know_micrometer =
      noClasses()
          .that()
          .resideOutsideOfPackage("com.clawdforge.http.metrics..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.micrometer..", "io.prometheus..");

  @ArchTest
  static final ArchRule only_the_log_knows_what_writes_it =
      noClasses()
          .that()
          .resideOutsideOfPackage("com.clawdforge.http.logging..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("ch.qos.logback..", "co.elastic..");

  @ArchTest
  static final ArchRule only_the_traces_know_opentelemetry =
      noClasses()
          .that()
          .resideOutsideOfPackage("com.clawdforge.http.tracing..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.opentelemetry..");
}
