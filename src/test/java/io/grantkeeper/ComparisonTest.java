package io.grantkeeper;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noCodeUnits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.JavaMethodReference;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.grantkeeper.secret.Secret;
import java.nio.Buffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What decides about a caller is compared in a time that does not depend on where it differs: signatures, digests and
 * hashes of cookies are bytes, and bytes are compared by {@link MessageDigest#isEqual} alone.
 */
class ComparisonTest {

    private static final JavaClasses CODE =
            new ClassFileImporter().withImportOption(new DoNotIncludeTests()).importPackages("io.grantkeeper");

    /** Ends at the first byte that differs. */
    private static final ArchRule NO_EARLY_EXIT = noClasses()
            .should()
            .callMethodWhere(calls("equals|compare|compareUnsigned|mismatch", Arrays.class)
                    .and(onBytes())
                    .or(calls("deepEquals", Objects.class))
                    .or(calls("equals|compareTo|mismatch", Buffer.class))
                    .or(calls("equals", io.vertx.core.buffer.Buffer.class))
                    .or(calls("equals", io.vertx.mutiny.core.buffer.Buffer.class)));

    /** Where the text of a secret is at hand, texts are compared at most as names are: whatever their case. */
    private static final ArchRule NO_REVEALED_COMPARISON = noCodeUnits().should(revealAndCompare());

    @Test
    void A74_bytesAreComparedInConstantTimeAlone() {
        NO_EARLY_EXIT.check(CODE);
    }

    @Test
    void A74_secretsAreNotRevealedToBeCompared() {
        NO_REVEALED_COMPARISON.check(CODE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "io.grantkeeper.caller.HmacKey.verifies",
                "io.grantkeeper.caller.ContentDigest.matches",
                "io.grantkeeper.authorization.Callbacks.requireSameBrowser",
                "io.grantkeeper.secret.Secret.equals"
            })
    void A74_whatDecidesAboutACallerIsComparedInConstantTime(String method) {
        // Given
        String type = method.substring(0, method.lastIndexOf('.'));
        String name = method.substring(method.lastIndexOf('.') + 1);

        // When
        var bodies = CODE.get(type).getMethods().stream()
                .filter(each -> each.getName().equals(name))
                .toList();

        // Then
        assertThat(bodies).isNotEmpty().allMatch(each -> uses(each, "isEqual", MessageDigest.class));
    }

    @Test
    void A74_aComparisonThatEndsEarlyIsFound() {
        // Given
        JavaClasses wrong = new ClassFileImporter().importClasses(EarlyExit.class);

        // When // Then
        assertThatThrownBy(() -> NO_EARLY_EXIT.check(wrong)).hasMessageContaining("EarlyExit.signature");
        assertThatThrownBy(() -> NO_REVEALED_COMPARISON.check(wrong)).hasMessageContaining("EarlyExit.secret");
    }

    /** As it must not be. */
    private static final class EarlyExit {

        static boolean signature(byte[] expected, byte[] given) {
            return Arrays.equals(expected, given);
        }

        static boolean secret(Secret expected, String given) {
            return expected.reveal().equals(given);
        }
    }

    private static DescribedPredicate<JavaMethodCall> calls(String names, Class<?> type) {
        return DescribedPredicate.describe(
                "%s of %s".formatted(names, type.getSimpleName()), call -> isOneOf(names, call.getTarget(), type));
    }

    private static DescribedPredicate<JavaMethodCall> onBytes() {
        return DescribedPredicate.describe(
                "on bytes",
                call -> call.getTarget().getRawParameterTypes().getFirst().isEquivalentTo(byte[].class));
    }

    private static ArchCondition<JavaCodeUnit> revealAndCompare() {
        return new ArchCondition<>("reveal a secret and compare text") {
            @Override
            public void check(JavaCodeUnit unit, ConditionEvents events) {
                boolean both = uses(unit, "reveal", Secret.class)
                        && uses(unit, "equals|contentEquals|compareTo", String.class);
                events.add(new SimpleConditionEvent(unit, both, unit.getFullName() + " does both"));
            }
        };
    }

    private static boolean uses(JavaCodeUnit unit, String names, Class<?> type) {
        return Stream.concat(
                        unit.getMethodCallsFromSelf().stream().map(JavaMethodCall::getTarget),
                        unit.getMethodReferencesFromSelf().stream().map(JavaMethodReference::getTarget))
                .anyMatch(target -> isOneOf(names, target, type));
    }

    private static boolean isOneOf(String names, CodeUnitAccessTarget target, Class<?> type) {
        return target.getName().matches(names) && target.getOwner().isAssignableTo(type);
    }
}
