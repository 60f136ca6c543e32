/** What black-box tests need: the packaged service as a process, providers, browsers, callers that sign. */
package io.grantkeeper.testing;
