package io.grantkeeper.boot;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.grantkeeper.secret.Secret;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where the database is, as operators write it: {@code postgresql://user:password@host:5432/name?sslmode=verify-full}.
 *
 * @param parameters {@code sslmode} and {@code sslrootcert}, as libpq calls them
 */
record DatabaseUrl(String host, int port, String name, String user, Secret password, Map<String, String> parameters) {

    private static final String FORM = "GRANTKEEPER_DATABASE_URL has to be of the form"
            + " postgresql://user:password@host:5432/name?sslmode=verify-full";
    private static final Set<String> SCHEMES = Set.of("postgresql", "postgres");
    private static final Set<String> SSL_MODES =
            Set.of("disable", "allow", "prefer", "require", "verify-ca", "verify-full");
    private static final Set<String> PARAMETERS = Set.of("sslmode", "sslrootcert");
    private static final int DEFAULT_PORT = 5432;

    /** @throws StartRefused with what is wrong, and no part of the address, which holds a password */
    static DatabaseUrl parse(String url) {
        URI uri = uri(url);
        String[] credentials = uri.getRawUserInfo() == null
                ? new String[0]
                : uri.getRawUserInfo().split(":", 2);
        boolean complete = uri.getScheme() != null
                && SCHEMES.contains(uri.getScheme())
                && uri.getHost() != null
                && credentials.length == 2
                && !credentials[0].isEmpty()
                && uri.getPath() != null
                && uri.getPath().length() > 1;
        if (!complete) {
            throw new StartRefused(FORM);
        }
        return new DatabaseUrl(
                uri.getHost(),
                uri.getPort() == -1 ? DEFAULT_PORT : uri.getPort(),
                uri.getPath().substring(1),
                decode(credentials[0]),
                Secret.of(decode(credentials[1])),
                parameters(uri.getRawQuery()));
    }

    /** For the JDBC driver, without user and password. */
    String jdbc() {
        Map<String, String> own = new LinkedHashMap<>(parameters);
        if (isVerified() && !own.containsKey("sslrootcert")) {
            own.put("sslfactory", "org.postgresql.ssl.DefaultJavaSSLFactory");
        }
        String query = own.entrySet().stream()
                .map(each -> each.getKey() + "=" + encode(each.getValue()))
                .collect(Collectors.joining("&"));
        return "jdbc:postgresql://" + address() + (query.isEmpty() ? "" : "?" + query);
    }

    /** For the reactive client, as settings of Quarkus. */
    Map<String, String> reactive() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("quarkus.datasource.reactive.url", "postgresql://" + address());
        settings.put("quarkus.datasource.reactive.postgresql.ssl-mode", parameters.getOrDefault("sslmode", "prefer"));
        if (parameters.containsKey("sslrootcert")) {
            settings.put("quarkus.datasource.reactive.trust-certificate-pem", "true");
            settings.put("quarkus.datasource.reactive.trust-certificate-pem.certs", parameters.get("sslrootcert"));
        } else if (isVerified()) {
            settings.putAll(javasAuthorities());
        } else {
            settings.put("quarkus.datasource.reactive.trust-all", "true");
        }
        if ("verify-full".equals(parameters.get("sslmode"))) {
            settings.put("quarkus.datasource.reactive.hostname-verification-algorithm", "HTTPS");
        }
        return settings;
    }

    /** The client has no default of its own: it takes the authorities that JDBC takes, those of the Java platform. */
    private static Map<String, String> javasAuthorities() {
        Path authorities = Path.of(System.getProperty("java.home", ""), "lib", "security", "cacerts");
        if (!Files.isReadable(authorities)) {
            throw new StartRefused("GRANTKEEPER_DATABASE_URL needs the parameter sslrootcert, the file of the"
                    + " authority that vouches for the database");
        }
        return Map.of(
                "quarkus.datasource.reactive.trust-certificate-jks", "true",
                "quarkus.datasource.reactive.trust-certificate-jks.path", authorities.toString(),
                "quarkus.datasource.reactive.trust-certificate-jks.password", "changeit");
    }

    private String address() {
        return host + ":" + port + "/" + encode(name);
    }

    private boolean isVerified() {
        return parameters.getOrDefault("sslmode", "").startsWith("verify-");
    }

    private static URI uri(String url) {
        try {
            return new URI(url);
        } catch (URISyntaxException broken) {
            throw new StartRefused(FORM);
        }
    }

    private static Map<String, String> parameters(@Nullable String query) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String pair : query == null ? new String[0] : query.split("&", -1)) {
            String[] parts = pair.split("=", 2);
            if (parts.length != 2 || !PARAMETERS.contains(parts[0])) {
                throw new StartRefused("GRANTKEEPER_DATABASE_URL knows the parameters sslmode and sslrootcert only");
            }
            if (parameters.put(parts[0], decode(parts[1])) != null) {
                throw new StartRefused("GRANTKEEPER_DATABASE_URL has the parameter " + parts[0] + " twice");
            }
        }
        if (parameters.containsKey("sslmode") && !SSL_MODES.contains(parameters.get("sslmode"))) {
            throw new StartRefused("GRANTKEEPER_DATABASE_URL has an sslmode that PostgreSQL does not know");
        }
        return parameters;
    }

    private static String encode(String part) {
        return URLEncoder.encode(part, UTF_8).replace("+", "%20");
    }

    private static String decode(String part) {
        return URLDecoder.decode(part.replace("+", "%2B"), UTF_8);
    }
}
