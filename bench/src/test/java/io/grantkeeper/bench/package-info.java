/** The load, and what is made of its figures. */
package io.grantkeeper.bench;
