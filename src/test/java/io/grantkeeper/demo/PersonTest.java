package io.grantkeeper.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class PersonTest {

    @ParameterizedTest
    @CsvSource({
        "Ada Lovelace,       ada-lovelace,   ada.lovelace@demo.example",
        "'  José  Ñandú ',   jose-nandu,     jose.nandu@demo.example",
        "'R2-D2 (droid)',    r2-d2-droid,    r2.d2.droid@demo.example",
        "a@b.example,        a-b-example,    a.b.example@demo.example"
    })
    void aNameIsAnAccount(String name, String subject, String email) {
        // When
        Person person = Person.named(name);

        // Then
        assertThat(person.subject()).isEqualTo(subject);
        assertThat(person.email()).isEqualTo(email);
    }

    @ParameterizedTest
    @ValueSource(strings = {"李雷", "Ольга", "✨"})
    void aNameInOtherLettersIsAnAccountOfItsOwn(String name) {
        // When
        String subject = Person.named(name).subject();

        // Then
        assertThat(subject)
                .matches("[0-9a-f-]{36}")
                .isEqualTo(Person.named(name).subject());
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "  "})
    void withoutANameItIsAda(String name) {
        assertThat(Person.named(name)).isEqualTo(new Person("Ada Lovelace"));
    }
}
