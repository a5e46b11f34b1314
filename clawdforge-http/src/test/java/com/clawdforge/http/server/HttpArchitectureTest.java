package com.clawdforge.http.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
    packages = "com.clawdforge.http",
    importOptions = ImportOption.DoNotIncludeTests.class)
final class HttpArchitectureTest {
  @ArchTest
  static final ArchRule THE_SERVER_KNOWS_NO_ADAPTER =
      noClasses()
          .that()
          .resideInAPackage("com.clawdforge.http.server..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "com.clawdforge.acpx..", "com.clawdforge.sqlite..", "com.clawdforge.http.app..");

  @ArchTest
  static final ArchRule PACKAGES_HAVE_NO_CYCLES =
      slices()
          .matching("com.clawdforge.http.(*)..")
          .should()
          .beFreeOfCycles()
          .allowEmptyShould(true);
}
