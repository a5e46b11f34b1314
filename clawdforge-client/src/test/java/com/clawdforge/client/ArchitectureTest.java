package com.clawdforge.client;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.members;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;

@AnalyzeClasses(
    packages = "com.clawdforge.client",
    importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
  private static final String API = "com.clawdforge.client";
  private static final String INTERNAL = "com.clawdforge.client.internal..";

  private static final DescribedPredicate<JavaMember> VISIBLE_TO_APPS =
      describe(
          "visible to apps",
          member ->
              member.getModifiers().contains(JavaModifier.PUBLIC)
                  || member.getModifiers().contains(JavaModifier.PROTECTED));

  @ArchTest
  static final ArchRule the_api_exposes_no_internal_type =
      members()
          .that(VISIBLE_TO_APPS)
          .and()
          .areDeclaredInClassesThat()
          .resideInAPackage(API)
          .should(
              new ArchCondition<JavaMember>("expose no internal type") {
                @Override
                public void check(JavaMember member, ConditionEvents events) {
                  member.getAllInvolvedRawTypes().stream()
                      .filter(resideInAPackage(INTERNAL))
                      .forEach(
                          type ->
                              events.add(
                                  SimpleConditionEvent.violated(
                                      member,
                                      member.getFullName() + " exposes " + type.getName())));
                }
              });

  @ArchTest
  static final ArchRule the_api_extends_no_internal_type =
      classes().that().resideInAPackage(API).should().notBeAssignableTo(resideInAPackage(INTERNAL));

  @ArchTest
  static final ArchRule packages_form_no_cycle =
      slices().matching("com.clawdforge.(**)").should().beFreeOfCycles();
}
