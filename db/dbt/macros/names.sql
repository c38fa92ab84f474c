-- A model's schema is the one that is asked for, without the profile's before it.
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name if custom_schema_name is not none else target.schema }}
{%- endmacro %}

-- One column a line of a statement: `figures` is JSON of line to number.
{% macro figures(alias, names) -%}
    {%- for name in names %}
    ({{ alias }}.figures ->> '{{ name }}')::numeric as {{ name }}{{ "," if not loop.last }}
    {%- endfor %}
{%- endmacro %}
