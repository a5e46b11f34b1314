package com.clawdforge.http;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.Map;

@AnalyzeClasses(
    packages = "com.clawdforge.http",
    importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
  private static final String HTTP = "com.clawdforge.http.";
  private static final int MOST_FILES = 25;

  @ArchTest
  static final ArchRule only_the_program_knows_adapters =
      noClasses()
          .that()
          .resideOutsideOfPackage(HTTP + "app..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "com.clawdforge.acpx..",
              "com.clawdforge.sqlite..",
              "com.clawdforge.modelproxy..",
              "com.clawdforge.client..");

  @ArchTest
  static final ArchRule nothing_uses_the_internals_of_the_client =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAPackage("com.clawdforge.client.internal..");

  @ArchTest
  static final ArchRule the_program_knows_no_http_library =
      noClasses()
          .that()
          .resideInAPackage(HTTP + "app..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.javalin..", "jakarta.servlet..", "org.eclipse.jetty..");

  @ArchTest
  static final ArchRule the_web_kit_knows_no_other_package =
      noClasses()
          .that()
          .resideInAPackage(HTTP + "web..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("com.clawdforge.http..").and(not(resideInAPackage(HTTP + "web.."))));

  @ArchTest
  static final ArchRule the_web_kit_knows_no_service_of_the_core =
      noClasses()
          .that()
          .resideInAPackage(HTTP + "web..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "com.clawdforge.core.agent..",
              "com.clawdforge.core.run..",
              "com.clawdforge.core.session..",
              "com.clawdforge.core.file..",
              "com.clawdforge.core.usage..");

  @ArchTest
  static final ArchRule observers_know_of_http_only_the_web_kit =
      noClasses()
          .that()
          .resideInAnyPackage(HTTP + "metrics..", HTTP + "tracing..", HTTP + "logging..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(HTTP + "api..", HTTP + "ops..", HTTP + "app..");

  @ArchTest
  static final ArchRule a_surface_knows_no_other_surface =
      slices()
          .assignedFrom(new Surfaces())
          .should()
          .notDependOnEachOther()
          .ignoreDependency(
              resideInAPackage(HTTP + "api.."),
              resideInAnyPackage(HTTP + "api.wire..", HTTP + "api.follow.."));

  @ArchTest
  static final ArchRule a_surface_knows_nothing_above_it =
      noClasses()
          .that()
          .resideInAnyPackage(HTTP + "api..", HTTP + "ops..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              HTTP + "app..", HTTP + "metrics..", HTTP + "tracing..", HTTP + "logging..");

  @ArchTest
  static final ArchRule packages_have_no_cycles =
      slices().matching(HTTP + "(**)").should().beFreeOfCycles();

  @ArchTest
  static void a_package_has_few_files(JavaClasses classes) {
    Map<String, Long> tooLarge =
        classes.stream()
            .filter(type -> type.isTopLevelClass() && !type.getSimpleName().equals("package-info"))
            .collect(groupingBy(JavaClass::getPackageName, counting()));
    tooLarge.values().removeIf(files -> files <= MOST_FILES);

    assertEquals(Map.of(), tooLarge);
  }

  @ArchTest
  static final ArchRule only_the_metrics_know_micrometer =
      noClasses()
          .that()
          .resideOutsideOfPackage(HTTP + "metrics..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.micrometer..", "io.prometheus..");

  @ArchTest
  static final ArchRule only_the_limits_of_the_web_kit_know_bucket4j =
      noClasses()
          .that()
          .resideOutsideOfPackage(HTTP + "web.limit..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.github.bucket4j..");

  @ArchTest
  static final ArchRule only_the_log_knows_what_writes_it =
      noClasses()
          .that()
          .resideOutsideOfPackage(HTTP + "logging..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("ch.qos.logback..", "co.elastic..");

  @ArchTest
  static final ArchRule only_the_traces_know_opentelemetry =
      noClasses()
          .that()
          .resideOutsideOfPackage(HTTP + "tracing..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.opentelemetry..");

  /** Each package below {@code api} is a surface, and so is {@code ops}. */
  private static final class Surfaces implements SliceAssignment {
    @Override
    public SliceIdentifier getIdentifierOf(JavaClass type) {
      String name = type.getPackageName();
      return name.startsWith(HTTP + "api.") || name.startsWith(HTTP + "ops")
          ? SliceIdentifier.of(name)
          : SliceIdentifier.ignore();
    }

    @Override
    public String getDescription() {
      return "surfaces";
    }
  }
}
