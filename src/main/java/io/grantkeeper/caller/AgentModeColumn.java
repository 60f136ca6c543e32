package io.grantkeeper.caller;

import jakarta.persistence.AttributeConverter;

/** How a mode stands in the database: as it does in JSON. */
class AgentModeColumn implements AttributeConverter<AgentMode, String> {

    @Override
    public String convertToDatabaseColumn(AgentMode mode) {
        return mode.wireName();
    }

    @Override
    public AgentMode convertToEntityAttribute(String column) {
        return AgentMode.of(column);
    }
}
