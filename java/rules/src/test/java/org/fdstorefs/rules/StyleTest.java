// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.rules;

import static com.tngtech.archunit.core.domain.JavaModifier.ABSTRACT;
import static com.tngtech.archunit.core.domain.JavaModifier.FINAL;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How classes are written. */
class StyleTest {
    private static final DescribedPredicate<JavaClass> PROGRAMS = DescribedPredicate.describe(
            "have a main method",
            type -> type.tryGetMethod("main", String[].class).isPresent());

    private static final DescribedPredicate<JavaClass> USED_BY_ANOTHER_PACKAGE = DescribedPredicate.describe(
            "be used by another package",
            type -> type.getDirectDependenciesToSelf().stream()
                    .anyMatch(use -> !use.getOriginClass().getPackage().equals(type.getPackage())));

    private static final DescribedPredicate<JavaClass> SERVICES = DescribedPredicate.describe(
            "are services",
            type -> type.getRawInterfaces().stream()
                    .anyMatch(service -> service.getName().equals("ch.qos.logback.classic.spi.Configurator")));

    @ParameterizedTest
    @ValueSource(strings = {"library", "fuse"})
    void whatIsPublicIsExportedOrUsedByAnotherPackage(String module) {
        JavaClasses own = Code.of(module);
        classes()
                .that()
                .arePublic()
                .and()
                .areTopLevelClasses()
                .and(DescribedPredicate.describe("belong to the module " + module, type -> own.contain(type.getName())))
                .and()
                .resideOutsideOfPackages(Code.exportsOf(module).toArray(String[]::new))
                .should(ArchCondition.from(USED_BY_ANOTHER_PACKAGE))
                .because("what is public in a package that is not exported is for the other packages")
                .check(Code.withTestsOf("it", "guard"));
    }

    @Test
    void thePublicClassesOfTheCommandLineAreThoseThatOthersStart() {
        classes()
                .that()
                .arePublic()
                .should(ArchCondition.from(PROGRAMS.or(SERVICES)))
                .because("the module exports nothing")
                .check(Code.of("cli"));
    }

    @Test
    void classesAreFinalUnlessTheyAreMadeToBeExtended() {
        classes()
                .that()
                .areTopLevelClasses()
                .and()
                .areNotInterfaces()
                .and()
                .doNotHaveFullyQualifiedName("org.fdstorefs.FdStoreException") // has subclasses, one for each meaning
                .should()
                .haveModifier(FINAL)
                .orShould()
                .haveModifier(ABSTRACT)
                .because("a class that was not made for it breaks when it is extended, and cannot be changed any more")
                .check(Code.all());
    }

    @Test
    void nothingStaticChanges() {
        fields().that()
                .areStatic()
                .should()
                .beFinal()
                .because("two stores, servers or commands in one JVM share nothing")
                .check(Code.all());
        noFields()
                .that()
                .areStatic()
                .should()
                .haveRawType(DescribedPredicate.describe(
                        "something that changes",
                        type -> type.getPackageName().startsWith("java.util.concurrent.atomic")
                                || type.getName()
                                        .matches("java\\.(lang|util|io|nio)\\..*(ThreadLocal|Buffer|Builder"
                                                + "|HashMap|HashSet|ArrayList|TreeMap|Deque|Random|BitSet|Stream)")))
                .because("two stores, servers or commands in one JVM share nothing")
                .check(Code.all());
    }

    @Test
    void fieldsThatChangeAreNobodyElses() {
        fields().that()
                .areNotFinal()
                .and()
                // Rows of the guard's tables, of which there are a million: GuardState and Tree change them.
                .areNotDeclaredIn("org.fdstorefs.guard.state.Node")
                .and()
                .areNotDeclaredIn("org.fdstorefs.guard.state.Node$Link")
                .and()
                .areNotDeclaredIn("org.fdstorefs.guard.state.OpenHandle")
                .should()
                .bePrivate()
                .because("who may change a field is seen in one file")
                .check(Code.all());
    }

    @Test
    void librariesPrintNothing() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "org.fdstorefs", "org.fdstorefs.exec", "org.fdstorefs.internal", "org.fdstorefs.fuse..")
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .callMethod(Throwable.class, "printStackTrace")
                .because("whether and where something is told is for the program to decide: System.Logger")
                .check(Code.all());
    }

    @Test
    void theCommandLinePrintsInUtf8AndFailsIfItCannot() {
        noClasses()
                .that()
                .resideInAPackage("org.fdstorefs.cli")
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .because("Output is told of errors, and does not depend on the locale")
                .check(Code.all());
    }

    @Test
    void nobodyLogsThroughJavaUtilLogging() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.util.logging..")
                .because("libraries log through System.Logger, and the command line through SLF4J")
                .check(Code.all());
    }

    @Test
    void onlyProgramsEndTheJvm() {
        noClasses()
                .that(DescribedPredicate.not(PROGRAMS))
                .should()
                .callMethod(System.class, "exit", int.class)
                .orShould()
                .callMethod(Runtime.class, "halt", int.class)
                .because("the JVM belongs to who uses the library")
                .check(Code.all());
    }

    @Test
    void nobodySleeps() {
        ArchRule rule = noClasses()
                .should()
                .callMethod(Thread.class, "sleep", long.class)
                .because("who waits is woken by what it waits for, and a test that sleeps fails on a slow machine");
        rule.check(Code.all());
        rule.check(Code.testsOf("library", "fuse", "mirror", "guard", "cli", "csi", "soak", "it"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"library", "fuse"})
    void packagesForUsersSayWhatMayBeNull(String module) {
        for (String name : Code.exportsOf(module)) {
            JavaPackage exported = Code.all().getPackage(name);
            assertTrue(
                    exported.isAnnotatedWith("org.jspecify.annotations.NullMarked"),
                    name + " is not @NullMarked: add it to package-info.java");
        }
    }
}
