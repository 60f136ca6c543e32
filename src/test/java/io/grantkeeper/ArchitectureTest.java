package io.grantkeeper;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import io.smallrye.mutiny.groups.MultiSubscribe;
import io.smallrye.mutiny.groups.UniAwait;
import io.smallrye.mutiny.groups.UniMemoize;
import io.smallrye.mutiny.groups.UniSubscribe;
import jakarta.inject.Inject;
import jakarta.persistence.Entity;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The package table of ARCHITECTURE.md, and the bans that keep pipelines honest. */
class ArchitectureTest {

    private static final JavaClasses CODE =
            new ClassFileImporter().withImportOption(new DoNotIncludeTests()).importPackages("io.grantkeeper");

    /** Which packages each package may know. {@code boot} may know everything and is known to nobody. */
    private static final Map<String, List<String>> MAY_KNOW = Map.ofEntries(
            Map.entry("secret", List.of()),
            Map.entry("oauth", List.of("secret")),
            Map.entry("problem", List.of("secret")),
            Map.entry("wire", List.of("problem")),
            Map.entry("provider", List.of("oauth", "secret", "problem")),
            Map.entry("flight", List.of()),
            Map.entry("trail", List.of("secret")),
            Map.entry("caller", List.of("flight", "trail", "secret", "problem", "wire")),
            Map.entry("audit", List.of("trail", "caller", "problem", "wire")),
            Map.entry("replica", List.of("secret")),
            Map.entry("client", List.of("trail", "provider", "caller", "secret", "problem", "wire")),
            Map.entry("registry", List.of("client", "provider", "caller", "secret", "problem", "wire")),
            Map.entry(
                    "connection",
                    List.of("client", "replica", "trail", "provider", "caller", "secret", "oauth", "problem", "wire")),
            Map.entry(
                    "authorization",
                    List.of(
                            "connection",
                            "client",
                            "trail",
                            "provider",
                            "caller",
                            "secret",
                            "oauth",
                            "problem",
                            "wire")),
            Map.entry(
                    "refresh",
                    List.of(
                            "flight",
                            "connection",
                            "replica",
                            "trail",
                            "provider",
                            "caller",
                            "secret",
                            "oauth",
                            "problem",
                            "wire")),
            Map.entry(
                    "token",
                    List.of(
                            "refresh",
                            "connection",
                            "replica",
                            "trail",
                            "provider",
                            "caller",
                            "secret",
                            "oauth",
                            "problem",
                            "wire")),
            Map.entry("dashboard", List.of("caller")),
            Map.entry("cli", List.of()),
            Map.entry("rehearsal", List.of("provider", "oauth", "secret", "problem")),
            Map.entry("demo", List.of("provider")));

    @Test
    void packagesKnowWhatTheTableSays() {
        table().check(CODE);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("io.grantkeeper.(*)..").should().beFreeOfCycles().check(CODE);
    }

    @Test
    void onlyOneClassMemoizes() {
        noClasses()
                .that()
                .doNotHaveSimpleName("SingleFlight")
                .should()
                .dependOnClassesThat()
                .areAssignableTo(UniMemoize.class)
                .check(CODE);
    }

    @Test
    void nothingOutsideBootSubscribesOrAwaits() {
        noClasses()
                .that()
                .resideOutsideOfPackage("..boot..")
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(UniSubscribe.class, MultiSubscribe.class, UniAwait.class)
                .check(CODE);
    }

    @Test
    void timeIsInjected() {
        noClasses().should().callMethod(Instant.class, "now").check(CODE);
    }

    @Test
    void beansShowWhatTheyNeedInTheirConstructors() {
        noFields().should().beAnnotatedWith(Inject.class).check(CODE);
    }

    @Test
    void rowsStayInTheirPackage() {
        classes()
                .that()
                .areAnnotatedWith(Entity.class)
                .should()
                .bePackagePrivate()
                .check(CODE);
    }

    private static ArchRule table() {
        LayeredArchitecture layers = layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("boot")
                .definedBy("io.grantkeeper.boot..");
        for (String name : MAY_KNOW.keySet()) {
            layers = layers.layer(name).definedBy("io.grantkeeper." + name + "..");
        }
        for (Map.Entry<String, List<String>> each : MAY_KNOW.entrySet()) {
            var layer = layers.whereLayer(each.getKey());
            layers = each.getValue().isEmpty()
                    ? layer.mayNotAccessAnyLayer()
                    : layer.mayOnlyAccessLayers(each.getValue().toArray(String[]::new));
        }
        return layers.whereLayer("boot").mayNotBeAccessedByAnyLayer();
    }
}
