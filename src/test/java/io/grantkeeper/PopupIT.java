package io.grantkeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.grantkeeper.testing.Canaries;
import io.grantkeeper.testing.Home;
import io.grantkeeper.testing.MockProvider;
import io.grantkeeper.testing.PackagedService;
import io.grantkeeper.testing.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.WebDriver;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.support.ui.ExpectedConditions;
import org.openqa.selenium.support.ui.WebDriverWait;

/** The popup flow in a real browser, by clicks alone. */
class PopupIT {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static MockProvider provider;
    private static PackagedService service;
    private static ChromeDriver browser;

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        Optional<Path> chromium = Program.find("chromium", "chromium-browser", "google-chrome");
        Optional<Path> driver = Program.find("chromedriver");
        boolean found = chromium.isPresent() && driver.isPresent();
        if ("required".equals(System.getenv("GRANTKEEPER_TEST_BROWSER"))) {
            assertThat(found).as("Chromium and ChromeDriver on the path").isTrue();
        }
        assumeTrue(found, "The popup flow is not tried in a browser: Chromium or ChromeDriver is not installed.");

        provider = MockProvider.start("acme", Duration.ofMinutes(5));
        Files.writeString(folder.resolve("acme.yaml"), provider.entry("acme", "Acme"));
        service = PackagedService.embedded("popup", Home.fresh("popup"))
                .set("GRANTKEEPER_PROVIDERS_DIR", folder)
                .set("GRANTKEEPER_ACME_CLIENT_ID", "grantkeeper-at-acme")
                .set("GRANTKEEPER_ACME_CLIENT_SECRET", Canaries.fresh("client secret"))
                .set("GRANTKEEPER_ACME_ALLOW_PRIVATE", "true")
                .start();
        browser = browser(chromium.orElseThrow(), driver.orElseThrow());
    }

    @AfterAll
    static void stop() {
        Stream.<AutoCloseable>of(() -> browser.quit(), () -> service.close(), () -> provider.close())
                .forEach(PopupIT::closeQuietly);
    }

    @Test
    void A42_thePopupClosesAndTheConnectionIsThere() {
        // Given
        browser.get(service.url() + "/#sign-in=" + service.signInCode());
        WebDriverWait patiently = new WebDriverWait(browser, PATIENCE);
        String page = browser.getWindowHandle();
        By connect = By.cssSelector("[data-provider=acme] .connect");
        patiently.until(ExpectedConditions.elementToBeClickable(connect));

        // When
        browser.findElement(connect).click();
        patiently.until(ExpectedConditions.numberOfWindowsToBe(2));
        String popup = browser.getWindowHandles().stream()
                .filter(handle -> !handle.equals(page))
                .findFirst()
                .orElseThrow();
        browser.switchTo().window(popup);
        patiently
                .until(ExpectedConditions.elementToBeClickable(By.name("username")))
                .sendKeys("carol");
        browser.findElement(By.name("claims")).sendKeys("{\"name\": \"Carol\", \"email\": \"carol@acme.example\"}");
        browser.findElement(By.cssSelector("[type=submit]")).click();
        patiently.until(ExpectedConditions.numberOfWindowsToBe(1));
        browser.switchTo().window(page);

        // Then
        String card = patiently
                .until(ExpectedConditions.visibilityOfElementLocated(By.cssSelector("[data-connection]")))
                .getText();
        assertThat(card).contains("Acme", "Carol", "Sign in", "Read your files");
        assertThat(browser.getCurrentUrl()).isEqualTo(service.url() + "/");
        // The provider's own page asks for a font from elsewhere.
        assertThat(severeMessages(browser))
                .noneMatch(message -> message.contains(service.url().toString()));
        assertThat(service.owner().get("/api/apps/token?provider=acme").status())
                .isEqualTo(200);

        // When
        browser.findElement(By.cssSelector("#unready summary")).click();

        // Then
        assertThat(browser.findElement(By.id("unready")).getText().replace("\u200b", ""))
                .contains("Notion", "GRANTKEEPER_NOTION_CLIENT_ID")
                .doesNotContain("Acme");
    }

    private static List<String> severeMessages(WebDriver driver) {
        return driver.manage().logs().get("browser").getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.SEVERE.intValue())
                .map(entry -> entry.getMessage())
                .toList();
    }

    private static ChromeDriver browser(Path chromium, Path driver) {
        ChromeOptions options = new ChromeOptions();
        options.setBinary(chromium.toFile());
        options.addArguments(
                "--headless=new",
                // CI runs as root, where Chromium's own sandbox cannot.
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync");
        ChromeDriverService driverService = new ChromeDriverService.Builder()
                .usingDriverExecutable(driver.toFile())
                .build();
        return new ChromeDriver(driverService, options);
    }

    private static void closeQuietly(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception neverStarted) {
            // What was not started needs no stop.
        }
    }
}
