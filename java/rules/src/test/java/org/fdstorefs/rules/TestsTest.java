// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.rules;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.lang.ArchCondition;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** How tests are named: by their names they are found. */
class TestsTest {
    private static final Set<String> MARKS = Set.of(
            "org.junit.jupiter.api.Test",
            "org.junit.jupiter.api.RepeatedTest",
            "org.junit.jupiter.params.ParameterizedTest");

    private static final DescribedPredicate<JavaClass> HAVE_TESTS = describe("have tests", TestsTest::hasTests);

    private static boolean hasTests(JavaClass type) {
        return type.getMethods().stream().anyMatch(method -> MARKS.stream().anyMatch(method::isAnnotatedWith));
    }

    @Test
    void thoseOfThisMachineAreNamedTest() {
        check(
                "Test",
                "surefire passes over what is named otherwise",
                Code.testsOf("library", "fuse", "mirror", "guard", "cli", "soak"));
    }

    @Test
    void thoseOfTheGuestAreNamedIt() {
        check("IT", "RunInGuest passes over what is named otherwise", Code.testsOf("it"));
    }

    @Test
    void thoseOfTheDriverAreNamedByWhereTheyRun() {
        check("(Test|IT)", "surefire runs the ones, RunInGuest the others", Code.testsOf("csi"));
    }

    private static void check(String ending, String reason, JavaClasses tests) {
        classes()
                .that(HAVE_TESTS)
                .should()
                .haveNameMatching(".*" + ending)
                .because(reason)
                .check(tests);
        classes()
                .that()
                .haveNameMatching(".*[a-z](Test|IT)")
                .should(ArchCondition.from(HAVE_TESTS))
                .because("there is something missing, or it is named so by mistake")
                .check(tests);
    }
}
