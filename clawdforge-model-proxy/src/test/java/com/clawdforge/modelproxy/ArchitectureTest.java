package com.clawdforge.modelproxy;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
    packages = "com.clawdforge.modelproxy",
    importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
  @ArchTest
  static final ArchRule it_knows_the_core_and_jetty_alone =
      classes()
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "com.clawdforge.modelproxy..",
              "com.clawdforge.core..",
              "java..",
              "org.eclipse.jetty..",
              "org.jspecify..",
              "org.slf4j..");
}
