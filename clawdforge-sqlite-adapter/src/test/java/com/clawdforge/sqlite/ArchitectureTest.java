package com.clawdforge.sqlite;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
    packages = "com.clawdforge.sqlite",
    importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
  @ArchTest
  static final ArchRule the_adapter_knows_neither_other_adapters_nor_http =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "com.clawdforge.http..",
              "com.clawdforge.modelproxy..",
              "com.clawdforge.acpx..",
              "com.clawdforge.client..",
              "io.javalin..");

  @ArchTest
  static final ArchRule one_class_knows_json =
      noClasses()
          .that()
          .doNotHaveSimpleName("DetailsJson")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("com.fasterxml.jackson..", "tools.jackson..");
}
