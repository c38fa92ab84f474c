-- Fails with each row for which the condition is false; one that is not known passes.
{% test holds(model, condition, column_name=None) %}
select * from {{ model }} where not ({{ condition }})
{% endtest %}
