package io.grantkeeper.caller;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.List;

/** The service on one's own machine, with an identity provider besides. */
public class CallerTestProfile implements QuarkusTestProfile {

    @Override
    public List<TestResourceEntry> testResources() {
        return List.of(new TestResourceEntry(Surroundings.class));
    }
}
