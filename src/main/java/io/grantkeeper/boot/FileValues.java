package io.grantkeeper.boot;

import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.DefaultValuesConfigSource;
import jakarta.annotation.Priority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Lets every setting of ours stand in a file: where {@code grantkeeper.x} is not set and {@code grantkeeper.x-file} is
 * ({@code GRANTKEEPER_X_FILE}), the file's content is the value, as secrets are mounted in Kubernetes.
 */
@Priority(3_500)
public final class FileValues implements ConfigSourceInterceptor {

    private static final long serialVersionUID = 1L;

    private static final String PREFIX = "grantkeeper.";
    private static final String SUFFIX = "-file";

    @Override
    public @Nullable ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
        ConfigValue value = context.proceed(name);
        if (isSet(value) || !name.startsWith(PREFIX) || name.endsWith(SUFFIX)) {
            return value;
        }
        ConfigValue file = context.proceed(name + SUFFIX);
        return file == null || file.getValue() == null ? value : content(name, file);
    }

    private static boolean isSet(@Nullable ConfigValue value) {
        return value != null && value.getConfigSourceOrdinal() > DefaultValuesConfigSource.ORDINAL;
    }

    private static ConfigValue content(String name, ConfigValue file) {
        try {
            String content = Files.readString(Path.of(file.getValue())).strip();
            return file.from().withName(name).withValue(content).build();
        } catch (IOException unreadable) {
            throw new IllegalArgumentException(
                    "the file that " + name + SUFFIX + " names cannot be read: " + file.getValue());
        }
    }
}
