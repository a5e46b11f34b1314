package com.clawdforge.acpx;

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
  @ArchTest
  static final ArchRule the_adapter_knows_neither_other_adapters_nor_http =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "com.clawdforge.http..",
              "com.clawdforge.sqlite..",
              "com.clawdforge.client..",
              "io.javalin..",
              "jakarta.servlet..",
              "org.eclipse.jetty..",
              "org.jdbi..",
              "org.sqlite..");

  @ArchTest
  static final ArchRule its_packages_do_not_know_each_other_in_circles =
      slices().matching("com.clawdforge.acpx.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule processes_are_known_to_no_agent_in_particular =
      noClasses()
          .that()
          .resideInAPackage("com.clawdforge.acpx.process..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("com.clawdforge.acpx", "com.clawdforge.acpx.claude..");
}
