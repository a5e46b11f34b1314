package com.clawdforge.acpx;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
    packages = "com.clawdforge.acpx",
    importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
  private static final String PACKAGE = "com.clawdforge.acpx";

  @ArchTest
  static final ArchRule the_adapter_knows_neither_other_adapters_nor_http =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "com.clawdforge.http..",
              "com.clawdforge.modelproxy..",
              "com.clawdforge.sqlite..",
              "com.clawdforge.client..",
              "io.javalin..",
              "jakarta.servlet..",
              "org.eclipse.jetty..",
              "org.jdbi..",
              "org.sqlite..");

  @ArchTest
  static final ArchRule no_package_cycles =
      slices().matching("com.clawdforge.acpx.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule processes_protocol_and_files_know_no_agent =
      noClasses()
          .that()
          .resideInAnyPackage(PACKAGE + ".process", PACKAGE + ".protocol", PACKAGE + ".file")
          .should()
          .dependOnClassesThat(
              resideInAPackage(PACKAGE + "..")
                  .and(
                      not(
                          resideInAnyPackage(
                              PACKAGE + ".process", PACKAGE + ".protocol", PACKAGE + ".file"))));

  @ArchTest
  static final ArchRule runs_know_no_session_driver =
      noClasses()
          .that()
          .resideInAPackage(PACKAGE + ".oneshot..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(PACKAGE + ".driver..", PACKAGE + ".turn", PACKAGE + ".session");

  @ArchTest
  static final ArchRule session_drivers_know_no_runs =
      noClasses()
          .that()
          .resideInAPackage(PACKAGE + ".driver..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(PACKAGE + ".oneshot..");
}
