package com.clawdforge.core;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
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
import java.util.Map;

@AnalyzeClasses(
    packages = "com.clawdforge.core",
    importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
  private static final int MOST_FILES = 25;

  @ArchTest
  static final ArchRule the_core_knows_nothing_but_the_jdk =
      classes()
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage("java..", "org.jspecify..", "com.clawdforge.core..");

  @ArchTest
  static final ArchRule its_features_do_not_know_each_other_in_circles =
      slices().matching("com.clawdforge.core.(*)..").should().beFreeOfCycles();

  @ArchTest
  static void a_package_has_few_files(JavaClasses classes) {
    Map<String, Long> tooLarge =
        classes.stream()
            .filter(type -> type.isTopLevelClass() && !type.getSimpleName().equals("package-info"))
            .collect(groupingBy(JavaClass::getPackageName, counting()));
    tooLarge.values().removeIf(files -> files <= MOST_FILES);

    assertEquals(Map.of(), tooLarge);
  }
}
