-- What a customer holds is summed whenever the customer is shown, and vouchers are listed by holder.
create index voucher_holder on voucher (holder_id) where holder_id is not null;
