// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.rules;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import org.junit.jupiter.api.Test;

/** Who may use whom. */
class LayersTest {
    private static final String CLI = "org.fdstorefs.cli";
    private static final String CSI = "org.fdstorefs.csi";
    private static final String MIRROR = "org.fdstorefs.mirror";
    private static final String GUARD = "org.fdstorefs.guard";
    private static final String GUARD_ENGINE = "org.fdstorefs.guard.engine";
    private static final String GUARD_STATE = "org.fdstorefs.guard.state";
    private static final String GUARD_BACKEND = "org.fdstorefs.guard.backend";
    private static final String SERVER = "org.fdstorefs.fuse.server";
    private static final String WORKERS = "org.fdstorefs.fuse.workers";
    private static final String STATE = "org.fdstorefs.fuse.state";
    private static final String WIRE = "org.fdstorefs.fuse.wire";
    private static final String FUSE = "org.fdstorefs.fuse";
    private static final String EXEC = "org.fdstorefs.exec";
    private static final String LIBRARY = "org.fdstorefs";
    private static final String NATIVE = "org.fdstorefs.internal";

    /** Among what makes native calls, it alone knows the exceptions of the library: it makes them. */
    private static final DescribedPredicate<JavaClass> ERRORS =
            describe("SysErrors", type -> type.getName().matches(NATIVE + "\\.SysErrors(\\$.*)?"));

    private static final DescribedPredicate<JavaClass> EXCEPTIONS =
            describe("exceptions", type -> type.getName().matches(LIBRARY + "\\.(Errno|FdStoreException)"));

    @Test
    void dependenciesGoFromTheProgramsDownToTheNativeCalls() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("the command line")
                .definedBy(CLI)
                .layer("the CSI driver")
                .definedBy(CSI)
                .layer("the mirror")
                .definedBy(MIRROR)
                .layer("the guard")
                .definedBy(GUARD)
                .layer("the guard's engine")
                .definedBy(GUARD_ENGINE)
                .layer("the guard's state")
                .definedBy(GUARD_STATE)
                .layer("guarded servers")
                .definedBy(GUARD_BACKEND)
                .layer("FUSE servers")
                .definedBy(SERVER)
                .layer("FUSE workers")
                .definedBy(WORKERS)
                .layer("FUSE state")
                .definedBy(STATE)
                .layer("FUSE wire format")
                .definedBy(WIRE)
                .layer("FUSE file systems")
                .definedBy(FUSE)
                .layer("other programs")
                .definedBy(EXEC)
                .layer("the library")
                .definedBy(LIBRARY)
                .layer("native calls")
                .definedBy(NATIVE)
                .whereLayer("the command line")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("the CSI driver")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("the CSI driver")
                .mayOnlyAccessLayers("the library", "native calls")
                .whereLayer("the mirror")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("the guard")
                .mayOnlyBeAccessedByLayers("the command line")
                .whereLayer("the guard's engine")
                .mayOnlyBeAccessedByLayers("the guard")
                .whereLayer("the guard's state")
                .mayOnlyBeAccessedByLayers("the guard", "the guard's engine")
                .whereLayer("guarded servers")
                .mayOnlyBeAccessedByLayers("the command line", "the guard")
                .whereLayer("FUSE servers")
                .mayOnlyBeAccessedByLayers("the mirror")
                .whereLayer("FUSE workers")
                .mayOnlyBeAccessedByLayers("FUSE servers", "the guard", "the guard's engine")
                .whereLayer("FUSE state")
                .mayOnlyBeAccessedByLayers("FUSE servers", "FUSE workers", "the guard", "the guard's state")
                .whereLayer("FUSE wire format")
                .mayOnlyBeAccessedByLayers("FUSE workers", "FUSE state", "the guard's engine")
                .whereLayer("FUSE file systems")
                .mayOnlyAccessLayers("the library", "native calls")
                .whereLayer("other programs")
                .mayOnlyBeAccessedByLayers("the command line", "guarded servers")
                .whereLayer("the library")
                .mayOnlyAccessLayers("native calls")
                .whereLayer("native calls")
                .mayNotAccessAnyLayer()
                .ignoreDependency(ERRORS, EXCEPTIONS)
                .because("what is below is used, and tested, without what is above")
                .check(Code.all());
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("org.(**)")
                .should()
                .beFreeOfCycles()
                .ignoreDependency(ERRORS, EXCEPTIONS)
                .because("packages that need each other are one")
                .check(Code.all());
    }

    @Test
    void jnaIsForNativeCallsAlone() {
        noClasses()
                .that()
                .resideOutsideOfPackage(NATIVE)
                .and()
                .doNotHaveFullyQualifiedName("org.fdstorefs.mirror.Libc") // an example, which sees nothing of ours
                .and()
                .doNotHaveFullyQualifiedName("org.fdstorefs.cli.Main") // tells JNA where its library is
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.sun.jna..")
                .because("all else is then the same with another way to make native calls")
                .check(Code.all());
    }

    @Test
    void theLibrariesNeedNothingButTheJdkAndJna() {
        classes()
                .that()
                .resideInAnyPackage(LIBRARY, EXEC, NATIVE, FUSE + "..", MIRROR, GUARD + "..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "com.sun.jna..",
                        "org.jspecify..",
                        LIBRARY,
                        EXEC,
                        NATIVE,
                        FUSE + "..",
                        MIRROR,
                        GUARD + "..")
                .because("whatever they need, everybody who uses them gets, too")
                .check(Code.all());
    }

    @Test
    void examplesSeeNoMoreThanTheirReaders() {
        noClasses()
                .that()
                .resideInAnyPackage("org.fdstorefs.recipes", MIRROR)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(NATIVE, WORKERS, STATE, WIRE)
                .because("no module but ours can use what is internal")
                .check(Code.all());
    }

    @Test
    void theSoakKnowsNothingOfWhatItKills() {
        noClasses()
                .that()
                .resideInAPackage("org.fdstorefs.soak")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(LIBRARY, EXEC, NATIVE, FUSE + "..", MIRROR, GUARD + "..", CLI)
                .because("it is to judge servers in any language")
                .check(Code.all());
    }
}
